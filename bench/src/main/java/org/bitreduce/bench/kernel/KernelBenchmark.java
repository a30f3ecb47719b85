// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.ScalarKernels;
import org.bitreduce.codec.VectorStatistics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The codec's kernels beside a copy of the same floats, in L2 and in memory. One call reads {@code 4 * count} bytes of
 * floats (quantize, norms, copy) or writes them (unpack). The forks take the JVM flags of {@code ./bitreduce jvm-flags}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3)
public class KernelBenchmark {

    private static final int LOG2_BUCKET = Codec.DEFAULT_LOG2_BUCKET;
    private static final long SEED = 42;

    /** Bits per element. */
    @Param({"2", "4", "8"})
    int bits;

    /** Elements: 512 KiB of floats lie in L2, 64 MiB in memory. */
    @Param({"131072", "16777216"})
    int count;

    private final Kernels kernels = Kernels.best();
    private final VectorStatistics statistics = new VectorStatistics();
    private final Draws draws = Draws.of(SEED, 0, 0, 0, 0);
    private MemorySegment floats;
    private MemorySegment decoded;
    private MemorySegment norms;
    private MemorySegment packed;

    /** Makes the vector, its scales and its codes. */
    @Setup
    public void allocate() {
        Arena arena = Arena.ofAuto();
        floats = arena.allocate(count * 4L, 64);
        decoded = arena.allocate(count * 4L, 64);
        norms = arena.allocate(PackedLayout.buckets(count, LOG2_BUCKET) * 4, 64);
        packed = arena.allocate(PackedLayout.packedBytes(count, bits), 64);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < count; i++) {
            floats.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        norms();
        quantize();
    }

    /** Copies the floats: what memory can do. */
    @Benchmark
    public MemorySegment copy() {
        return decoded.copyFrom(floats);
    }

    /** Finds the scales. */
    @Benchmark
    public VectorStatistics norms() {
        statistics.clear();
        kernels.norms(floats, 0, count, Norm.MAX, LOG2_BUCKET, norms, 0, statistics);
        return statistics;
    }

    /** Rounds and packs. */
    @Benchmark
    public MemorySegment quantize() {
        kernels.quantize(floats, 0, count, norms, 0, LOG2_BUCKET, bits, 0, draws, packed, 0);
        return packed;
    }

    /** Unpacks and adds. */
    @Benchmark
    public MemorySegment unpackAndAdd() {
        unpack(Kernels.Store.ADD);
        return decoded;
    }

    /** Unpacks and scales. */
    @Benchmark
    public MemorySegment unpackAndScale() {
        unpack(Kernels.Store.SET);
        return decoded;
    }

    private void unpack(Kernels.Store store) {
        int levels = Codec.uniform(bits).levels();
        kernels.unpack(packed, 0, count, bits, 1, levels, norms, 0, LOG2_BUCKET, levels, store, decoded, 0);
    }

    /** A time for wrong codes is worth nothing. */
    @TearDown(Level.Trial)
    public void verify() {
        quantize();
        MemorySegment expected = Arena.ofAuto().allocate(packed.byteSize(), 64);
        new ScalarKernels().quantize(floats, 0, count, norms, 0, LOG2_BUCKET, bits, 0, draws, expected, 0);
        long mismatch = packed.mismatch(expected);
        if (mismatch >= 0) {
            throw new IllegalStateException("codes differ from the scalar kernel's at byte " + mismatch);
        }
    }
}
