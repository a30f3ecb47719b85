// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.KernelTwins.BOTH;
import static org.bitreduce.codec.KernelTwins.VECTOR;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Vectors.Kind;
import org.junit.jupiter.api.Test;

/** Kernels touch what they are given and nothing else, and make no garbage. */
class KernelMemoryTest {

    /** What vectors do not check one by one, the kernels check when they begin. */
    @Test
    void rangesBeyondASegmentAndClosedArenasAreRefused() {
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment x = Vectors.allocate(arena, 1024 * 4L);
            MemorySegment y = Vectors.allocate(arena, 1024 * 4L);
            closed = y;
            for (Kernels kernels : BOTH) {
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, x, 4, 1024, y, 0));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> kernels.quantize(x, 4, 1024, y, 0, 9, 4, 0, null, y, 0));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, x, 0, 1024, y.asReadOnly(), 0));
            }
        }
        for (Kernels kernels : BOTH) {
            assertThrows(
                    IllegalStateException.class,
                    () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, closed, 0, 1024, closed, 0));
        }
    }

    @Test
    void compiledKernelsAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofShared()) {
            int count = 20_480;
            MemorySegment x = Vectors.allocate(arena, Vectors.make(Kind.GAUSSIAN, count, 1));
            MemorySegment norms = Vectors.allocate(arena, count);
            MemorySegment packed = Vectors.allocate(arena, count * 4L);
            MemorySegment y = Vectors.allocate(arena, count * 4L);
            VectorStatistics totals = new VectorStatistics();
            Sources sources = new Sources(3);
            for (int rank = 0; rank < 3; rank++) {
                sources.set(rank, rank == 1 ? packed : x);
            }
            Draws draws = Draws.of(1, 2, 3, 0, 0);
            long id = Thread.currentThread().threadId();
            long least = Long.MAX_VALUE;
            // Compilation runs in the background, so the first rounds may still allocate.
            for (int round = 0; round < 300 && least > 0; round++) {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 10; i++) {
                    VECTOR.norms(x, 0, count, Norm.MAX, 9, norms, 0, totals);
                    VECTOR.quantize(x, 0, count, norms, 0, 9, 4, 0, draws, packed, 0);
                    VECTOR.quantize(x, 0, count, norms, 0, 9, 4, 0, null, packed, 0);
                    VECTOR.unpack(packed, 0, count, 4, 1, 7, norms, 0, 9, 7, Kernels.Store.SET, y, 0);
                    VECTOR.unpack(packed, 0, count, 4, 1, 7, norms, 0, 9, 7, Kernels.Store.ADD, y, 0);
                    VECTOR.sumCodes(packed, 0, count, 4);
                    VECTOR.reduce(ElementType.FLOAT, Reduction.SUM, x, 0, count, y, 0);
                    VECTOR.unpackAll(sources, 0, 3, 0, count, 4, 1, 7, norms, 0, 9, 7, true, y, 0);
                    VECTOR.addCodes(sources, 0, 3, 0, count, 4, true, y, 0, 6);
                    VECTOR.addCodes(sources, 0, 3, 0, count, 4, false, y, 0, 6);
                    VECTOR.addVotes(sources, 0, 3, 0, count, true, y, 0, 2);
                    VECTOR.decideVotes(y, 0, count, 2, 2, packed, 0);
                    VECTOR.reduceAll(ElementType.FLOAT, Reduction.SUM, sources, 0, 3, 0, count, true, y, 0);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            }
            // The meter itself may cost a little; one boxed vector per block would cost 25 kB a round.
            assertTrue(least < 2_000, "bytes allocated by ten calls of each kernel: " + least);
        }
    }
}
