// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/** How tests make the ends of a group, and wait. */
enum Ends {
    THREADS,
    MAPPED;

    static final Duration DEADLINE = Duration.ofSeconds(20);

    /** One group; each rank opens its end in its own thread. */
    final class Group implements AutoCloseable {
        private final int size;
        private final LocalGroup local;
        private final Path directory;

        private Group(int size) {
            this.size = size;
            local = Ends.this == THREADS ? LocalGroup.of(size) : null;
            directory = Ends.this == MAPPED ? SharedMemoryGroup.createDirectory(size) : null;
        }

        SharedMemoryTransport open(int rank) {
            return open(rank, DEADLINE, Long.MAX_VALUE);
        }

        SharedMemoryTransport open(int rank, Duration deadline, long limitBytes) {
            return local != null
                    ? SharedMemoryGroup.threads(local, rank, deadline, limitBytes)
                    : SharedMemoryGroup.mapped(directory, rank, size, deadline, limitBytes);
        }

        /** {@return the names of the files that the group still has} */
        long files() throws IOException {
            if (directory == null || !Files.exists(directory)) {
                return 0;
            }
            try (Stream<Path> files = Files.list(directory)) {
                return files.count();
            }
        }

        @Override
        public void close() {
            if (directory != null) {
                JobDirectory.remove(directory);
            }
            if (local != null) {
                local.close();
            }
        }
    }

    Group group(int size) {
        return new Group(size);
    }

    static void await(Transport transport, Request request) {
        Waiter waiter = new Waiter(transport.size(), DEADLINE);
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException("rank " + transport.rank() + " waits in vain");
            }
        }
    }
}
