// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitreduce.launch.StopRequest;
import picocli.CommandLine.Option;

/** The options of a training run that its result does not depend on; not kept in its folder. Shared by the command and its ranks. */
final class SavingOptions {

    private static final Pattern CLOCK = Pattern.compile("(?:(\\d{1,4})-)?(\\d{1,4}):([0-5]\\d):([0-5]\\d)");

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "" + Saving.USUAL_KEEP,
            description = "checkpoints kept, 2 to 16; default 2")
    private int keep = Saving.USUAL_KEEP;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            defaultValue = "",
            description =
                    "stop after so long with a checkpoint and code 75: seconds, HH:MM:SS or D-HH:MM:SS, since the start of the ranks")
    private String timeLimit = "";

    /** {@return these options, for the ranks, as words that {@link #parse} reads} */
    List<String> words() {
        check();
        return List.of(Integer.toString(keep), timeLimit.isEmpty() ? "0" : timeLimit);
    }

    static SavingOptions parse(List<String> words) {
        SavingOptions options = new SavingOptions();
        options.keep = Integer.parseInt(words.get(0));
        options.timeLimit = words.get(1);
        return options;
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the option and its range
     */
    void check() {
        Checks.range("keep", keep, 2, Checkpoints.MOST_KEPT);
        limit();
    }

    int keep() {
        return keep;
    }

    /** {@return the request with the time limit, if one is given} */
    StopRequest limited(StopRequest request) {
        return request.orAfter(limit());
    }

    private Duration limit() {
        if (timeLimit.isEmpty() || timeLimit.equals("0")) {
            return Duration.ZERO;
        }
        Matcher clock = CLOCK.matcher(timeLimit);
        if (clock.matches()) {
            return Duration.ofDays(clock.group(1) == null ? 0 : Long.parseLong(clock.group(1)))
                    .plusHours(Long.parseLong(clock.group(2)))
                    .plusMinutes(Long.parseLong(clock.group(3)))
                    .plusSeconds(Long.parseLong(clock.group(4)));
        }
        try {
            double seconds = Double.parseDouble(timeLimit);
            if (seconds > 0 && seconds < 1e9) {
                return Duration.ofMillis(Math.max(1, (long) (seconds * 1e3)));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "--time-limit is a number of seconds above 0, HH:MM:SS or D-HH:MM:SS: time-limit=" + timeLimit);
    }
}
