// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.Arrays;
import org.bitreduce.CollectiveException;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * How a rank's main has ended. Immutable.
 *
 * @param end in kind
 * @param code the exit code it stands for
 * @param reason one line; of {@link End#FAILURE} and {@link End#REFUSAL} all that anybody needs to know
 */
record Ending(End end, int code, String reason) {

    /** The main returned. */
    static final Ending RETURNED = new Ending(End.RETURNED, ExitCode.OK, "");

    /**
     * {@return the end of a main that threw}
     *
     * @param failure what came out of it
     */
    static Ending of(Throwable failure) {
        int code = End.exitCode(failure);
        if (code == ExitCode.RESUME_LATER) {
            return new Ending(End.EXCEPTION, code, "stopped in good order, to go on later");
        } else if (failure instanceof LaunchException) {
            return new Ending(End.REFUSAL, code, line(failure.getMessage()));
        }
        End end = End.of(failure);
        if (end == End.CONSEQUENCE || !speaksForItself(failure)) {
            return new Ending(end, code, "threw " + line(failure.toString()));
        }
        return new Ending(End.FAILURE, code, line(failure.getMessage()) + caller(failure));
    }

    /** A time-out does not: what each rank has waited for says which one was late. */
    private static boolean speaksForItself(Throwable failure) {
        return failure instanceof CollectiveException && !(failure instanceof CollectiveTimeoutException);
    }

    /** {@return whether the launcher's last line says all that there is to say, so that the rank need not} */
    boolean isToldByTheLauncher() {
        return end == End.FAILURE || end == End.REFUSAL || end == End.RETURNED || code == ExitCode.RESUME_LATER;
    }

    /** {@return where the user's program called what threw; empty if none of its methods did} */
    private static String caller(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .takeWhile(frame ->
                        !frame.getClassName().matches("(jdk\\.internal|java\\.lang)\\.reflect\\..*")) // calls main
                .filter(frame -> !frame.getClassName().matches("(org\\.bitreduce|java|jdk)\\..*"))
                .findFirst()
                .map(frame -> " (at " + frame + ")")
                .orElse("");
    }

    private static String line(String text) {
        return String.valueOf(text).replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
