// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where everything lies in the control region of a group of {@code n} ranks. Little-endian; every cache line has one
 * writer, but for that on which a rank sleeps.
 *
 * <pre>
 * header           128 B       0 magic (8)   8 version (4)   12 ranks (4)   16 slots per ring (4)
 * rank lines       n * 512 B   of rank r, written by r:
 *                              0 state (4)   4 closed (4)   8 pid (8)   16 process start (8)   24 pid namespace (8)
 *                              32 segments (4)   36 length of cause (4)   40 cause (UTF-8)
 *                              448 asleep (4), set back by whoever wakes it: 1 until somebody rings, 2 until all have
 *                              456 who has not rung (8), one bit per rank, cleared by the ranks themselves
 * mapped counts    n * m B     of rank r, written by r: for each owner, how many of its segments r has mapped (4);
 *                              m = 4 n rounded up to 64
 * rings            n * n       from source s to destination d, at index s * n + d:
 *                  * 4224 B    0 consumed (8), written by d   128 the 64 slots (64 each), written by s
 * </pre>
 */
final class ControlLayout {

    static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    static final int MAX_RANKS = 64;
    static final long LINE_BYTES = 64;

    /** "BRSHMCTL" read as little-endian. */
    static final long MAGIC = 0x4c54434d48535242L;

    static final int VERSION = 3;
    static final int SLOTS = 64;

    static final long MAGIC_OFFSET = 0;
    static final long VERSION_OFFSET = 8;
    static final long RANKS_OFFSET = 12;
    static final long SLOTS_OFFSET = 16;

    static final long STATE = 0;
    static final long CLOSED = 4;
    static final long PID = 8;
    static final long PROCESS_START = 16;
    static final long PID_NAMESPACE = 24;
    static final long SEGMENTS = 32;
    static final long CAUSE_LENGTH = 36;
    static final long CAUSE = 40;
    static final int MAX_CAUSE_BYTES = 240;
    static final long ASLEEP = 448;
    static final long MISSING = 456;

    static final long FIRST_SLOT = 128;

    private static final long HEADER_BYTES = 128;
    private static final long RANK_BYTES = 512;
    private static final long RING_BYTES = FIRST_SLOT + SLOTS * LINE_BYTES;

    private ControlLayout() {}

    static long rankLine(int rank) {
        return HEADER_BYTES + rank * RANK_BYTES;
    }

    static long mappedCount(int size, int reader, int owner) {
        return rankLine(size) + reader * mappedRowBytes(size) + 4L * owner;
    }

    static long ring(int size, int source, int destination) {
        return mappedCount(size, size, 0) + ((long) source * size + destination) * RING_BYTES;
    }

    static long totalBytes(int size) {
        return ring(size, size, 0);
    }

    private static long mappedRowBytes(int size) {
        return Math.ceilDiv(4L * size, LINE_BYTES) * LINE_BYTES;
    }
}
