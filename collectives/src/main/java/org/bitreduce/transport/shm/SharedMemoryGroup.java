// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntUnaryOperator;
import org.bitreduce.TransportException;
import org.bitreduce.transport.Waiter;

/**
 * How ranks that share memory come together. {@link #threads} is for ranks that are threads and share this class; {@link
 * #mapped} for all others: processes, and threads that load the library in class loaders of their own; {@link #siblings}
 * for processes that nobody has told where. Stateless.
 */
public final class SharedMemoryGroup {

    private SharedMemoryGroup() {}

    /**
     * Joins a group of threads. Returns at once: the other ranks may join later, from other threads or this one.
     *
     * @param group the same on all ranks
     * @param rank this rank, different on all ranks
     * @param deadline after which {@link SharedMemoryTransport#progress} fails if a rank has not joined, positive
     * @return this rank's end, owned by the caller
     * @throws TransportException if the rank has joined already, or the group has been closed
     */
    public static SharedMemoryTransport threads(LocalGroup group, int rank, Duration deadline) {
        return threads(group, rank, deadline, Long.MAX_VALUE);
    }

    static SharedMemoryTransport threads(LocalGroup group, int rank, Duration deadline, long limitBytes) {
        SharedMemoryTransport.requireRank(rank, group.size());
        ProcessIdentity self = ProcessIdentity.current();
        ControlRegion control = group.join(rank, self);
        return new SharedMemoryTransport(
                control, group.storeOf(rank), rank, limitBytes, new PeerWatch(control, rank, self, deadline));
    }

    /**
     * Joins a group that shares files. Returns when all ranks have joined.
     *
     * @param directory private to the job and its user, the same on all ranks, from {@link #createDirectory} or made by
     *     the caller; files in it are removed by the ranks, and the directory too if it is from {@link #createDirectory}
     * @param rank this rank, different on all ranks
     * @param size number of ranks, 1 to 64, the same on all ranks
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws org.bitreduce.RankFailedException if one of them has died meanwhile
     * @throws TransportException if the files cannot be made or mapped, the group has another size, or the rank has
     *     joined already
     */
    public static SharedMemoryTransport mapped(Path directory, int rank, int size, Duration deadline) {
        return mapped(directory, rank, size, deadline, Long.MAX_VALUE);
    }

    static SharedMemoryTransport mapped(Path directory, int rank, int size, Duration deadline, long limitBytes) {
        return mapped(directory, rank, size, deadline, limitBytes, IntUnaryOperator.identity());
    }

    /**
     * Joins a group that shares files, and is part of a larger one.
     *
     * @param directory as above
     * @param rank this rank in the part
     * @param ranks what the ranks of the part are called in messages for people, by their rank in the part
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveException as above
     */
    public static SharedMemoryTransport mapped(Path directory, int rank, int[] ranks, Duration deadline) {
        int[] names = ranks.clone();
        return mapped(directory, rank, names.length, deadline, Long.MAX_VALUE, index -> names[index]);
    }

    private static SharedMemoryTransport mapped(
            Path directory, int rank, int size, Duration deadline, long limitBytes, IntUnaryOperator numbers) {
        ControlRegion.requireSize(size);
        SharedMemoryTransport.requireRank(rank, size);
        if (!Files.isDirectory(directory)) {
            throw new TransportException("rank " + rank + " finds no directory for shared memory: directory="
                    + directory + "; all ranks must run on one host and be given the same directory");
        }
        ProcessIdentity self = ProcessIdentity.current();
        MappedStore store = new MappedStore(directory, rank, self);
        ControlRegion control = null;
        boolean joined = false;
        try {
            control = new ControlRegion(store.control(size), size);
            control.numberBy(numbers);
            control.requireJoin(rank, self);
            joined = true;
            PeerWatch watch = new PeerWatch(control, rank, self, deadline);
            awaitAll(control, watch, deadline);
            store.dropControlName();
            return new SharedMemoryTransport(control, store, rank, limitBytes, watch);
        } catch (RuntimeException e) {
            if (joined) {
                control.leave(rank);
            }
            store.close(false);
            throw e;
        }
    }

    /**
     * Joins a group whose ranks are children of one process, such as the mpirun of this host: nobody needs to tell them a
     * directory. Returns when all ranks have joined.
     *
     * @param rank this rank, different on all ranks
     * @param size number of ranks, 1 to 64, the same on all ranks
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws TransportException if there is no such process, or the files cannot be made or mapped
     */
    public static SharedMemoryTransport siblings(int rank, int size, Duration deadline) {
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        if (parent == 0) {
            throw new TransportException("rank " + rank + " cannot see the process that has started it,"
                    + " by which ranks of one host find each other; choose -Dbitreduce.transport=tcp");
        }
        try {
            Path directory = JobDirectory.ofParent(ProcessIdentity.of(parent));
            ProcessIdentity self = ProcessIdentity.current();
            // No launcher of ours removes what a rank leaves that exits, or is told to, before it closes.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> JobDirectory.leave(directory, rank, self)));
            return mapped(directory, rank, size, deadline);
        } catch (IOException e) {
            throw new TransportException("rank " + rank + " cannot make a directory for shared memory: " + e, e);
        }
    }

    /**
     * Makes a directory for one job in /dev/shm or, where there is no room, in the temporary folder (logged). First
     * removes the directories of this user's jobs whose processes have all died. Asks for room for 64 ranks; where their
     * number is known, {@link #createDirectory(int)} is content with less.
     *
     * @return the directory, readable and writable by this user only
     * @throws TransportException if none can be made
     */
    public static Path createDirectory() {
        return createDirectory(ControlLayout.MAX_RANKS);
    }

    /**
     * Makes a directory like {@link #createDirectory()}, for a known number of ranks.
     *
     * @param size number of ranks, 1 to 64
     * @return the directory, readable and writable by this user only
     * @throws TransportException if none can be made
     */
    public static Path createDirectory(int size) {
        ControlRegion.requireSize(size);
        return JobDirectory.create(size);
    }

    /**
     * Makes a directory for one group of ranks within another, for several groups in one job.
     *
     * @param parent private to the job and its user
     * @return the directory, readable and writable by this user only; the last rank of the group removes it
     * @throws TransportException if it cannot be made
     */
    public static Path createDirectory(Path parent) {
        try {
            return JobDirectory.createIn(parent);
        } catch (IOException e) {
            throw new TransportException("cannot make a directory for shared memory: parent=" + parent + ": " + e, e);
        }
    }

    private static void awaitAll(ControlRegion control, PeerWatch watch, Duration deadline) {
        Waiter waiter = new Waiter(control.size(), deadline);
        while (!watch.allHaveJoined()) {
            if (watch.isDue()) {
                watch.look();
            }
            waiter.idle(false);
        }
    }
}
