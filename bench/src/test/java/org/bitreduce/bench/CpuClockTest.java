// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Linux tells of processors, and of compilers. */
@Timeout(60)
class CpuClockTest {

    private static final long NO_PROCESS = Integer.MAX_VALUE;

    @Test
    void ticksAreReadFromTheRightFields() {
        String stat = "cpu  1 20 300 4000 50000 600000 7000000 80000000 900000000 0\ncpu0 5 5 5 5 5 5 5 5 5 5\n";
        assertEquals(1 + 20 + 300 + 600_000 + 7_000_000 + 80_000_000, CpuClock.machineTicks(stat));
        String process = "42 (a name) with) R 1 2 3 4 5 6 7 8 9 10 500 7 99 99 20";
        assertEquals(507, CpuClock.ticks(process));
        assertEquals(0, CpuClock.ticks(""));
        assertEquals(0, CpuClock.machineTicks(""));
    }

    @Test
    void compilersAreKnownByTheNamesThatLinuxLeaves() {
        assertTrue(CpuClock.isCompiler("7 (C2 CompilerThre) S 1"));
        assertTrue(CpuClock.isCompiler("7 (C1 CompilerThre) S 1"));
        assertTrue(CpuClock.isCompiler("7 (JVMCI CompilerT) S 1"));
        assertFalse(CpuClock.isCompiler("7 (java) S 1"));
        assertFalse(CpuClock.isCompiler("7 (C2) S 1"));
        assertFalse(CpuClock.isCompiler(""));
    }

    @Test
    void thisJvmHasCompiledAndAProcessThatIsNoneHasNot() {
        assumeTrue(Files.exists(Path.of("/proc/self/task")), "no Linux: there is no /proc/self/task");
        long own = ProcessHandle.current().pid();
        assertTrue(CpuClock.compilerSeconds(List.of(own)) > 0);
        assertTrue(CpuClock.compilerSeconds(List.of(own)) <= CpuClock.processSeconds(List.of(own)));
        assertEquals(0, CpuClock.compilerSeconds(List.of(NO_PROCESS)));
    }

    @Test
    void whoCompilesNothingIsCalmAfterAWhile() throws InterruptedException {
        CompilerWatch watch = new CompilerWatch(List.of(NO_PROCESS));
        assertFalse(watch.isCalm());
        while (!watch.isCalm()) {
            Thread.sleep(10);
        }
    }
}
