// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.TransportException;

/**
 * Ranks that are threads of one program: the memory they share. Made once per job and handed to every rank's thread. The
 * memory is freed when all ranks have closed their transports, or, after {@link #close()}, all that had joined. It is never
 * freed under a rank that has not: kernels read it by address, so that would crash the JVM. Thread-safe.
 */
public final class LocalGroup implements AutoCloseable {

    private static final long PAGE_BYTES = 4096;

    private final int size;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment control;
    private final List<List<MemorySegment>> segments = new ArrayList<>();
    private int joined;
    private int left;
    private boolean closed;

    private LocalGroup(int size) {
        this.size = size;
        control = arena.allocate(ControlLayout.totalBytes(size), PAGE_BYTES);
        ControlRegion.format(control, size);
        for (int rank = 0; rank < size; rank++) {
            segments.add(new ArrayList<>());
        }
    }

    /**
     * Makes a group.
     *
     * @param size the number of ranks, 1 to 64
     * @return the group, not joined by any rank yet
     */
    public static LocalGroup of(int size) {
        ControlRegion.requireSize(size);
        return new LocalGroup(size);
    }

    /** {@return the number of ranks} */
    public int size() {
        return size;
    }

    /**
     * Ends the group: no rank can join any more, and ranks that have not closed their transports count as failed, so those
     * that wait for them get a {@link org.bitreduce.RankFailedException} soon. Returns at once. The memory is freed when
     * the last rank that has joined closes its transport, which may be now; a rank that never does keeps it until the JVM
     * ends. Has no effect the second time.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (left < size) {
            ControlRegion region = new ControlRegion(control, size);
            for (int rank = 0; rank < size; rank++) {
                if (!region.hasClosed(rank)) {
                    region.fail(rank, "the group was closed");
                }
            }
        }
        freeIfUnused();
    }

    /**
     * Lets a rank take part. Its store must be closed.
     *
     * @throws TransportException if it has joined already, or the group has been closed
     */
    synchronized ControlRegion join(int rank, ProcessIdentity process) {
        if (closed || left == size) {
            throw new TransportException("rank " + rank
                    + " cannot join: the group was closed; make one group per job, and join before closing it");
        }
        ControlRegion region = new ControlRegion(control, size);
        region.requireJoin(rank, process);
        joined++;
        return region;
    }

    SegmentStore storeOf(int rank) {
        return new AnonymousStore(rank);
    }

    private synchronized MemorySegment create(int rank, int index, long bytes) {
        try {
            MemorySegment segment = arena.allocate(bytes, PAGE_BYTES);
            segments.get(rank).add(index, segment);
            return segment;
        } catch (OutOfMemoryError e) {
            throw new TransportException(
                    "no memory left outside the Java heap: rank=%d, wanted=%d bytes; close buffers that are no longer needed, use smaller messages, or a machine with more memory"
                            .formatted(rank, bytes),
                    e);
        }
    }

    private synchronized MemorySegment open(int owner, int index) {
        return segments.get(owner).get(index);
    }

    private synchronized void leave() {
        left++;
        freeIfUnused();
    }

    private void freeIfUnused() {
        if (left == size || closed && left == joined) {
            SharedArenas.close(arena);
        }
    }

    /** One rank's view. */
    private final class AnonymousStore implements SegmentStore {

        private final int rank;
        private boolean closed;

        AnonymousStore(int rank) {
            this.rank = rank;
        }

        @Override
        public MemorySegment create(int index, long bytes) {
            return LocalGroup.this.create(rank, index, bytes);
        }

        @Override
        public MemorySegment open(int owner, int index) {
            return LocalGroup.this.open(owner, index);
        }

        @Override
        public void openedByAll(int index) {
            // Anonymous memory has no name to be dropped.
        }

        @Override
        public void close(boolean lastOfGroup) {
            if (!closed) {
                closed = true;
                leave();
            }
        }
    }
}
