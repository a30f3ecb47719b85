// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Processor time as Linux counts it, in ticks of a hundredth of a second; 0 where there is no {@code /proc}. */
public final class CpuClock {

    /** Linux' unit of these files, the same on all architectures that Java 25 runs on. */
    public static final double TICK_SECONDS = 0.01;

    private static final int LONGEST_THREAD_NAME = 15;

    private CpuClock() {}

    /** {@return seconds that all processors together have been busy since the machine started} */
    public static double machineSeconds() {
        return machineTicks(read(Path.of("/proc/stat"))) * TICK_SECONDS;
    }

    /**
     * {@return seconds of processor time that processes have used}
     *
     * @param pids those that are gone count as 0
     */
    public static double processSeconds(Collection<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            ticks += ticks(read(Path.of("/proc", Long.toString(pid), "stat")));
        }
        return ticks * TICK_SECONDS;
    }

    /**
     * {@return seconds of processor time that the just-in-time compilers of processes have used, of those of their threads
     * that have not ended}
     *
     * @param pids those that are gone, or are no JVMs, count as 0
     */
    public static double compilerSeconds(Collection<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            for (String stat : threads(pid)) {
                if (isCompiler(stat)) {
                    ticks += ticks(stat);
                }
            }
        }
        return ticks * TICK_SECONDS;
    }

    private static List<String> threads(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.map(thread -> read(thread.resolve("stat"))).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // the process has ended, or this is no Linux
        }
    }

    /** {@return whether a thread is one of HotSpot's compilers, by its name, which Linux cuts off} */
    static boolean isCompiler(String stat) {
        int name = stat.indexOf('(') + 1;
        return name > 0
                && Stream.of("C1 CompilerThread", "C2 CompilerThread", "JVMCI CompilerThread")
                        .anyMatch(compiler -> stat.startsWith(compiler.substring(0, LONGEST_THREAD_NAME), name));
    }

    /** {@return busy ticks: the first line's user, nice, system, irq, softirq and steal, without idle and iowait} */
    static long machineTicks(String stat) {
        String[] words = stat.lines().findFirst().orElse("").split(" +");
        if (words.length < 9 || !words[0].equals("cpu")) {
            return 0;
        }
        return Arrays.stream(new int[] {1, 2, 3, 6, 7, 8})
                .mapToLong(i -> Long.parseLong(words[i]))
                .sum();
    }

    /**
     * {@return utime and stime of a process or a thread, the 14th and 15th field; the second, a name in brackets, may hold
     * anything}
     */
    static long ticks(String stat) {
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return 0;
        }
        String[] words = stat.substring(name + 2).split(" ");
        return Long.parseLong(words[11]) + Long.parseLong(words[12]);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // the process has ended, or this is no Linux
        }
    }
}
