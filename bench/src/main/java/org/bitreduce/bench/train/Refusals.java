// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * Failures that are not this program's: the user's settings or data are wrong, which all ranks find at the same place. One
 * line says so; a stack trace of each rank would say less. Stateless.
 */
final class Refusals {

    private Refusals() {}

    /**
     * {@return what to tell the user, or null for any other failure}
     *
     * @param failure what came out of a run
     * @param settings of the run
     */
    static LaunchException of(Throwable failure, TrainSettings settings) {
        return switch (failure) {
            case LaunchException refusal -> refusal;
            case MismatchException mismatch -> new LaunchException(ExitCode.DATA, mismatch.getMessage(), mismatch);
            case NonFiniteException diverged ->
                new LaunchException(
                        ExitCode.DATA,
                        "the training has diverged: try a smaller --lr; lr=%s, method=%s: %s"
                                .formatted(settings.learningRate(), settings.method(), diverged.getMessage()),
                        diverged);
            default -> null;
        };
    }
}
