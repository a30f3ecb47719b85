// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.Mode;
import org.bitreduce.bench.train.report.Curve;

/**
 * What a comparison keeps of a finished run.
 *
 * @param identity all that its result depends on, one {@code name=value} per line
 * @param method canonical
 * @param seed of everything random
 * @param ranks number of ranks
 * @param testAccuracy share of right answers on the test set after the last epoch
 * @param testLoss mean loss there
 * @param trainLoss mean over the last epoch
 * @param averageBits code bits per element, averaged over the steps
 * @param sentBytes bytes of all ranks for gradients
 * @param plainBytes what plain floats would have taken
 * @param seconds of training
 * @param parametersSha256 digest of the final parameters
 * @param transport the transport's name
 * @param mode arithmetic of the all-reduces
 * @param curve its progress
 */
public record RunRecord(
        String identity,
        String method,
        long seed,
        int ranks,
        double testAccuracy,
        double testLoss,
        double trainLoss,
        double averageBits,
        double sentBytes,
        double plainBytes,
        double seconds,
        String parametersSha256,
        String transport,
        Mode mode,
        Curve curve) {

    /** Points of a curve. */
    private static final int POINTS = 100;

    static RunRecord of(String identity, TrainSettings settings, TrainResult result) {
        int ranks = result.ranks().size();
        return new RunRecord(
                identity,
                settings.method().toString(),
                settings.seed(),
                ranks,
                result.last().testAccuracy(),
                result.last().testLoss(),
                result.last().trainLoss(),
                result.averageBits(),
                result.gradientBytes(),
                result.plainBytes(),
                result.seconds(),
                result.parametersSha256(),
                result.transport(),
                result.mode(),
                Curve.of(result.history(), (long) settings.batch() * ranks, POINTS));
    }

    /** {@return how many times fewer bytes were sent than plain floats take; NaN for one rank, which sends none} */
    double compressionRatio() {
        return plainBytes / sentBytes;
    }

    /** {@return megabytes that a rank sent for gradients, on average over the ranks} */
    double megabytesPerRank() {
        return sentBytes / ranks / 1e6;
    }
}
