// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.ScalarKernels;
import org.bitreduce.codec.Sources;
import org.bitreduce.codec.VectorStatistics;

/** The memory that kernels are measured on: a bell-shaped vector, its scales and codes, and what is decoded. */
final class KernelData {

    static final int LOG2_BUCKET = Codec.DEFAULT_LOG2_BUCKET;

    /** How many vectors are added up. */
    static final int RANKS = 4;

    private static final int WIDEST = 16;
    private static final long SEED = 42;
    private static final int PERIOD = 1 << 16;

    final int count;
    final Draws draws = Draws.of(SEED, 0, 0, 0, 0);
    final VectorStatistics statistics = new VectorStatistics();
    final MemorySegment floats;
    final MemorySegment decoded;
    final MemorySegment norms;
    final MemorySegment packed;

    /** Vectors and codes of four ranks, the first of which are {@link #floats} and {@link #packed}. */
    final Sources vectors = new Sources(RANKS);

    /** As {@link #vectors}. */
    final Sources codes = new Sources(RANKS);

    /** Bits per element of the codes that come next. */
    int bits;

    /**
     * Makes the vector and its scales; codes are whatever kernels make.
     *
     * @param arena that owns the memory, about seven times the vector
     * @param count elements, a multiple of 512
     */
    KernelData(Arena arena, int count) {
        this.count = count;
        floats = arena.allocate(count * 4L, 64);
        decoded = arena.allocate(count * 4L, 64);
        norms = arena.allocate(PackedLayout.buckets(count, LOG2_BUCKET) * 4, 64);
        packed = arena.allocate(PackedLayout.packedBytes(count, WIDEST), 64);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < Math.min(PERIOD, count); i++) {
            floats.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        for (int i = PERIOD; i < count; i++) {
            // Periods of which none is a multiple of another's, so that no block of 512 comes twice within a cache.
            floats.setAtIndex(JAVA_FLOAT, i, floats.getAtIndex(JAVA_FLOAT, (i + (long) i / PERIOD * 37) % PERIOD));
        }
        for (int rank = 0; rank < RANKS; rank++) {
            vectors.set(
                    rank, rank == 0 ? floats : arena.allocate(count * 4L, 64).copyFrom(floats));
            codes.set(
                    rank,
                    rank == 0 ? packed : arena.allocate(packed.byteSize(), 64).fill((byte) (0x33 * rank)));
        }
        reset();
    }

    /** Makes everything but the vector what it is before any kernel has run. */
    void reset() {
        statistics.clear();
        decoded.copyFrom(floats);
        packed.fill((byte) 0x55);
        new ScalarKernels().norms(floats, 0, count, Norm.MAX, LOG2_BUCKET, norms, 0, new VectorStatistics());
    }

    /** {@return a copy of all that kernels write} */
    byte[][] written() {
        return new byte[][] {norms.toArray(JAVA_BYTE), packed.toArray(JAVA_BYTE), decoded.toArray(JAVA_BYTE)};
    }

    /** {@return levels per sign of the codes} */
    int levels() {
        return (1 << (bits - 1)) - 1;
    }
}
