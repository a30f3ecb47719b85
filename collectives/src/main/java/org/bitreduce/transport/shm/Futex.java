// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * Sleeping on a word of shared memory, and waking who sleeps there: Linux' futex, which works between threads and between
 * processes. Found out once per class loader; elsewhere than on Linux, and for callers without native access, there is
 * none.
 */
final class Futex {

    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final long NUMBER = number();
    /** Null where there is none; a constant, so that calls are compiled without a look-up. */
    private static final MethodHandle SYSCALL = find().orElse(null);

    private Futex() {}

    /** {@return whether there are futexes} */
    static boolean isAvailable() {
        return SYSCALL != null && NUMBER > 0;
    }

    /**
     * Sleeps until somebody wakes this word, or the time is over, or for no reason; not at all if the word has changed.
     *
     * @param word 4 bytes, aligned
     * @param expected what it must hold
     * @param time 16 bytes for this method's use
     * @param nanos how long at most
     */
    static void sleep(MemorySegment word, int expected, MemorySegment time, long nanos) {
        time.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        time.set(JAVA_LONG, 8, nanos % NANOS_PER_SECOND);
        call(word, WAIT, expected, time);
    }

    /** Wakes who sleeps on a word. */
    static void wake(MemorySegment word) {
        call(word, WAKE, 1, MemorySegment.NULL);
    }

    private static void call(MemorySegment word, int operation, int value, MemorySegment time) {
        try {
            long ignored = (long) SYSCALL.invokeExact(NUMBER, word, operation, value, time);
        } catch (Throwable e) {
            throw new AssertionError("a system call throws nothing", e);
        }
    }

    @SuppressWarnings("restricted") // only where native access is enabled
    private static Optional<MethodHandle> find() {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        if (!linux || !Futex.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("syscall")
                .map(function -> linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
                        Linker.Option.firstVariadicArg(1)));
    }

    /** {@return the number of the system call, or -1 on processors that we do not know} */
    private static long number() {
        return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> 202;
            case "aarch64", "riscv64" -> 98;
            default -> -1;
        };
    }
}
