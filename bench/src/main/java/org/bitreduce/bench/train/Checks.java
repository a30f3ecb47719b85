// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.List;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** Checks of values that users gave. */
final class Checks {

    private Checks() {}

    static void range(String option, long value, long min, long max) {
        if (value < min || value > max) {
            String range = max == Integer.MAX_VALUE ? "at least " + min : "from %d to %d".formatted(min, max);
            throw new IllegalArgumentException("--%s must be %s: %s=%d".formatted(option, range, option, value));
        }
    }

    /**
     * Compares what two runs' results depend on.
     *
     * @param was what the first run's did, one {@code name=value} per line
     * @param is what this run's does
     * @throws LaunchException if they differ, naming the first difference
     */
    static void sameRun(String was, String is) {
        sameRun("the checkpoint", was, is);
    }

    /** Does the same for something else that an earlier run has left. */
    static void sameRun(String what, String was, String is) {
        String difference = difference(was, is);
        if (!difference.isEmpty()) {
            throw new LaunchException(ExitCode.USAGE, what + " is of another run: " + difference);
        }
    }

    /** {@return the first difference of two runs, in words; empty if there is none} */
    static String difference(String was, String is) {
        List<String> before = was.lines().toList();
        List<String> now = is.lines().toList();
        for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
            String a = i < before.size() ? before.get(i) : "nothing";
            String b = i < now.size() ? now.get(i) : "nothing";
            if (!a.equals(b)) {
                return "it has %s, this run has %s".formatted(a, b);
            }
        }
        return "";
    }

    static void range(String option, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            String range = min > 0 ? "above 0 and at most " + max : "from 0 to below 1";
            throw new IllegalArgumentException("--%s must be %s: %s=%s".formatted(option, range, option, value));
        }
    }
}
