// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.bench.CompilerWatch;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.ScalarKernels;
import tools.jackson.databind.ObjectMapper;

/**
 * The program of one fresh JVM: checks all kernels against the scalar ones, then measures them in turn, and prints one
 * JSON object per line.
 *
 * <p>Arguments: the C library or {@code -}, the widths, the sizes in bytes (both with commas). In every round each
 * kernel has its turn, so that a disturbance meets all of them; a turn lasts at least 1 ms and one run. Before the first
 * round kernels run until C2 has nothing more to do for them.
 */
final class KernelJvm {

    private static final int CHECKED_ELEMENTS = 20 * 512;
    private static final long WARM_UP_NANOS = 50_000_000;
    private static final long TURN_NANOS = 1_000_000;
    private static final int ROUNDS = 7;
    private static final long CACHED_BYTES = 8 << 20;

    private final Kernels kernels = Kernels.best();
    private final Kernels scalar = new ScalarKernels();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long thread = Thread.currentThread().threadId();
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<KernelCase> cases;
    private final int[] widths;

    private KernelJvm(List<KernelCase> cases, int[] widths) {
        this.cases = cases;
        this.widths = widths;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        int[] widths = numbers(args[1]);
        try (Arena arena = Arena.ofShared()) {
            CKernels c = args[0].equals("-") ? null : new CKernels(Path.of(args[0]), arena);
            KernelJvm jvm = new KernelJvm(KernelCase.all(c), widths);
            jvm.check();
            for (int bytes : numbers(args[2])) {
                jvm.measure(bytes);
            }
        }
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        for (KernelCase kernel : cases) {
            for (int width : kernel.perWidth() ? widths : new int[1]) {
                turns.add(new Turn(kernel, width));
            }
        }
        return turns;
    }

    /** Compares what every kernel writes with what the scalar one of its name writes, before and after compilation. */
    private void check() {
        try (Arena arena = Arena.ofShared()) {
            KernelData data = new KernelData(arena, CHECKED_ELEMENTS);
            for (Turn turn : turns()) {
                KernelCase twin = KernelCase.java().stream()
                        .filter(kernel -> kernel.name().equals(turn.kernel.name()))
                        .findFirst()
                        .orElseThrow();
                byte[][] expected = written(twin, scalar, turn.width, data);
                compare(turn, expected, written(turn.kernel, kernels, turn.width, data));
                warmUp(turn, data);
                compare(turn, expected, written(turn.kernel, kernels, turn.width, data));
            }
        }
    }

    /** All kernels in turn: what one kernel's profile shows may undo another's compilation. */
    private void warmUp(List<Turn> turns, KernelData data) {
        CompilerWatch compilers = CompilerWatch.own();
        do {
            turns.forEach(turn -> warmUp(turn, data));
        } while (!compilers.isCalm());
    }

    private void warmUp(Turn turn, KernelData data) {
        data.bits = turn.width;
        long end = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < end) {
            turn.kernel.body().run(kernels, data);
        }
    }

    private static byte[][] written(KernelCase kernel, Kernels by, int width, KernelData data) {
        data.bits = width;
        data.reset();
        kernel.body().run(by, data);
        return data.written();
    }

    private static void compare(Turn turn, byte[][] expected, byte[][] found) {
        if (!Arrays.deepEquals(expected, found)) {
            throw new IllegalStateException("%s in %s, %d bits: other bytes than the scalar kernel's"
                    .formatted(turn.kernel.name(), turn.kernel.language(), turn.width));
        }
    }

    private void measure(int bytes) {
        List<Turn> turns = turns();
        try (Arena arena = Arena.ofShared()) {
            KernelData data = new KernelData(arena, bytes / Float.BYTES);
            warmUp(turns, data);
            for (int round = 0; round < ROUNDS; round++) {
                for (Turn turn : turns) {
                    take(turn, round, data);
                }
            }
        }
        int vectorBits = kernels.name().equals("scalar")
                ? 0
                : Integer.parseInt(kernels.name().substring(6));
        for (Turn turn : turns) {
            Arrays.sort(turn.nanosPerRun);
            double speed = bytes / turn.nanosPerRun[ROUNDS / 2];
            System.out.println(mapper.writeValueAsString(new KernelTime(
                    turn.kernel.name(), turn.kernel.language(), turn.width, bytes, vectorBits, speed, turn.allocated)));
        }
    }

    private void take(Turn turn, int round, KernelData data) {
        data.bits = turn.width;
        KernelCase.Body body = turn.kernel.body();
        if (data.count * 4L <= CACHED_BYTES) {
            body.run(kernels, data); // brings the data back to the cache
        }
        long allocated = threads.getThreadAllocatedBytes(thread);
        long started = System.nanoTime();
        long elapsed = 0;
        int runs = 0;
        while (elapsed < TURN_NANOS) {
            body.run(kernels, data);
            runs++;
            elapsed = System.nanoTime() - started;
        }
        turn.nanosPerRun[round] = (double) elapsed / runs;
        turn.allocated = Math.min(turn.allocated, (threads.getThreadAllocatedBytes(thread) - allocated) / runs);
    }

    /** A kernel at a width, and its times. */
    private static final class Turn {

        private final KernelCase kernel;
        private final int width;
        private final double[] nanosPerRun = new double[ROUNDS];
        private long allocated = Long.MAX_VALUE;

        Turn(KernelCase kernel, int width) {
            this.kernel = kernel;
            this.width = width;
        }
    }
}
