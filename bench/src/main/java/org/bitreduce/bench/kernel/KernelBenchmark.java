// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.ScalarKernels;
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
 * One of the codec's kernels, alone in its JVM, for JMH's profilers; {@code bench kernels} measures them all beside each
 * other. One call reads or writes {@code 4 * count} bytes of floats. The forks take the JVM flags of {@code ./bitreduce
 * jvm-flags}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3)
public class KernelBenchmark {

    /** Which. */
    @Param({
        KernelCase.COPY,
        KernelCase.NORMS,
        KernelCase.REDUCE,
        KernelCase.QUANTIZE,
        KernelCase.ENCODE,
        KernelCase.UNPACK_ADD,
        KernelCase.UNPACK_SCALE,
        KernelCase.ADD_CODES,
        KernelCase.VOTE,
        KernelCase.SUM_FLOATS,
        KernelCase.SUM_CODES
    })
    String kernel;

    /** Bits per element. */
    @Param({"2", "4", "8"})
    int bits;

    /** Elements: 512 KiB of floats lie in L2, 64 MiB in memory. */
    @Param({"131072", "16777216"})
    int count;

    private final Kernels kernels = Kernels.best();
    private KernelData data;
    private KernelCase.Body body;

    /** Makes the vector, its scales and its codes. */
    @Setup
    public void allocate() {
        data = new KernelData(Arena.ofAuto(), count);
        data.bits = bits;
        body = KernelCase.java().stream()
                .filter(candidate -> candidate.name().equals(kernel))
                .findFirst()
                .orElseThrow()
                .body();
    }

    /** Runs the kernel once. */
    @Benchmark
    public void run() {
        body.run(kernels, data);
    }

    /** A time for wrong bytes is worth nothing. */
    @TearDown(Level.Trial)
    public void verify() {
        data.reset();
        body.run(kernels, data);
        byte[][] found = data.written();
        data.reset();
        body.run(new ScalarKernels(), data);
        if (!Arrays.deepEquals(data.written(), found)) {
            throw new IllegalStateException("other bytes than the scalar kernel's: " + kernel);
        }
    }
}
