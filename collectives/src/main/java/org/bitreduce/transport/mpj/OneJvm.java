// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.nio.file.Path;
import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;
import org.bitreduce.transport.shm.SharedMemoryGroup;

/**
 * Shared memory for ranks that are threads of one JVM. Each has loaded this library anew, in a class loader of its own, so
 * that they have no static field in common; but the system properties they have. There rank 0 leaves the directory's name.
 */
final class OneJvm {

    /** System property: the job's private directory, where a launcher has made one. */
    static final String JOB_DIRECTORY = "bitreduce.directory";

    private static final String MEETING = "bitreduce.mpj.meeting.";

    private OneJvm() {}

    /**
     * Joins the other ranks of a meeting. All of them call it.
     *
     * @param meeting a name that no other ranks of this JVM use, nor the same ones again
     * @param rank this rank
     * @param size number of ranks
     * @param deadline how long to wait for the others
     * @return the transport of this rank
     * @throws org.bitreduce.CollectiveException if they do not come
     */
    static Transport join(String meeting, int rank, int size, Duration deadline) {
        String property = MEETING + meeting;
        long start = System.nanoTime();
        if (rank > 0) {
            Path directory = await(property, rank, size, atLeastOneMilli(deadline));
            return SharedMemoryGroup.mapped(
                    directory, rank, size, atLeastOneMilli(deadline.minusNanos(System.nanoTime() - start)));
        }
        Path directory = createDirectory();
        System.setProperty(property, directory.toString());
        try {
            // Returns when all have joined, and so have read the property.
            return SharedMemoryGroup.mapped(
                    directory, rank, size, atLeastOneMilli(deadline.minusNanos(System.nanoTime() - start)));
        } finally {
            System.clearProperty(property);
        }
    }

    /** A job may have several transports, one after the other or at once: each gets a directory of its own. */
    private static Path createDirectory() {
        String job = System.getProperty(JOB_DIRECTORY);
        return job == null ? SharedMemoryGroup.createDirectory() : SharedMemoryGroup.createDirectory(Path.of(job));
    }

    private static Path await(String property, int rank, int size, Duration deadline) {
        Waiter waiter = new Waiter(size, deadline);
        String directory = System.getProperty(property);
        while (directory == null) {
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException("rank " + rank + " waited " + deadline.toMillis()
                        + " ms for rank 0 of " + size + " in this JVM to make a directory: did it fail before?");
            }
            waiter.idle(false);
            directory = System.getProperty(property);
        }
        return Path.of(directory);
    }

    private static Duration atLeastOneMilli(Duration duration) {
        return duration.toMillis() < 1 ? Duration.ofMillis(1) : duration;
    }
}
