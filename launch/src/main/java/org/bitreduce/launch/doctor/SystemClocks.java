// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Optional;

/** The clocks of this machine. */
final class SystemClocks implements Clocks {

    private static final long TIMEX_BYTES = 208;
    private static final long TIMEX_STATUS = 40;
    private static final int UNSYNCHRONIZED = 0x40;

    @Override
    public long monotonic() {
        return System.nanoTime();
    }

    @Override
    public long wall() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    @Override
    public void pause(long millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    /** By adjtimex(2), which with no mode set only reads; its structure is that of 64-bit Linux. */
    @Override
    @SuppressWarnings("restricted") // the launcher's JVM is started with native access
    public Optional<Boolean> synchronizedByDaemon() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("adjtimex");
        if (function.isEmpty() || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Optional.empty();
        }
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
            int state = (int) linker.downcallHandle(function.get(), type).invokeExact(timex);
            int status = timex.get(ValueLayout.JAVA_INT, TIMEX_STATUS);
            return state < 0 ? Optional.empty() : Optional.of((status & UNSYNCHRONIZED) == 0);
        } catch (Throwable e) { // as a method handle declares
            return Optional.empty();
        }
    }
}
