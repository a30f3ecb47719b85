// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Time: how dear it is to read, whether it jumps, and whether it is that of other hosts. */
final class ClockChecks {

    private static final int LOOKS = 30;
    private static final int TRIES = 100;
    private static final long PAUSE_MILLIS = 10;

    /** A reading of two clocks that took longer says nothing: the thread was without a processor in between. */
    private static final long READING_NANOS = 1_000_000;

    /** More than daemons slew in the time that is looked at, and less than they step. */
    private static final long JUMP_NANOS = 10_000_000;

    private static final double NANOS_PER_MILLI = 1e6;

    private ClockChecks() {}

    static List<Finding> source(Machine machine) {
        String source = machine.read("/sys/devices/system/clocksource/clocksource0/current_clocksource")
                .strip();
        if (List.of("hpet", "acpi_pm", "refined-jiffies", "jiffies").contains(source)) {
            return List.of(Finding.warn(
                    "clock",
                    source + " is slow to read: small messages are measured wrong",
                    "boot with clocksource=tsc"));
        }
        return List.of(Finding.ok("clock", source.isEmpty() ? "usable" : source));
    }

    static List<Finding> timeOfDay(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        long jump = greatestJump(machine.clocks());
        if (jump != 0) {
            findings.add(Finding.warn(
                    "time of day",
                    String.format(
                            Locale.ROOT,
                            "jumped by %+.0f ms within the %d ms that it was looked at: dates of logs and files are wrong (deadlines use"
                                    + " another clock)",
                            jump / NANOS_PER_MILLI,
                            LOOKS * PAUSE_MILLIS),
                    "let one daemon only set it, slowly: chronyd without makestep, or switch off the hypervisor's"));
        }
        boolean waiting = Files.isDirectory(machine.at("/run/systemd/timesync"))
                && !Files.exists(machine.at("/run/systemd/timesync/synchronized"));
        Optional<Boolean> daemon = machine.clocks().synchronizedByDaemon();
        if (waiting || !daemon.orElse(true)) {
            findings.add(Finding.warn(
                    "time of day",
                    waiting
                            ? "not synchronized yet: logs of several hosts do not match"
                            : "not synchronized, says the kernel: logs of several hosts may not match",
                    waiting ? "timedatectl set-ntp true" : "run chronyd, ntpd or systemd-timesyncd on this host"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("time of day", daemon.isPresent() ? "synchronized" : "steady"))
                : findings;
    }

    /** {@return by how many nanoseconds the time of day has jumped while it was looked at, 0 if it has not} */
    private static long greatestJump(Clocks clocks) {
        try {
            long before = ahead(clocks);
            long greatest = 0;
            for (int look = 0; look < LOOKS; look++) {
                clocks.pause(PAUSE_MILLIS);
                long after = ahead(clocks);
                long jump = after - before;
                if (Math.abs(jump) >= JUMP_NANOS && Math.abs(jump) > Math.abs(greatest)) {
                    greatest = jump;
                }
                before = after;
            }
            return greatest;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** {@return how far the time of day is ahead of the monotonic clock} Of some readings the quickest, on a machine under load. */
    private static long ahead(Clocks clocks) {
        long best = Long.MAX_VALUE;
        long ahead = 0;
        for (int attempt = 0; attempt < TRIES && best > READING_NANOS; attempt++) {
            long start = clocks.monotonic();
            long wall = clocks.wall();
            long took = clocks.monotonic() - start;
            if (took < best) {
                best = took;
                ahead = wall - start;
            }
        }
        return ahead;
    }
}
