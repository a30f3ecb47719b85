// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.util.Locale;
import org.bitreduce.Codec;
import org.bitreduce.bench.Sizes;

/** The table of predictions. */
final class PredictionText implements TextRow<Prediction> {

    @Override
    public String title() {
        return "%-14s %6s %10s %5s %-8s %-7s %12s %11s %11s %11s %11s %6s %9s %9s"
                .formatted(
                        "collective",
                        "np",
                        "size",
                        "bits",
                        "mode",
                        "by",
                        "time",
                        "agreement",
                        "codec",
                        "bandwidth",
                        "latency",
                        "bound",
                        "alg",
                        "messages");
    }

    @Override
    public String line(Prediction row) {
        return String.format(
                Locale.ROOT,
                "%-14s %6d %10s %5s %-8s %-7s %9.1f us %8.1f us %8.1f us %8.1f us %8.1f us %5.0f%% %9.3f %9.0f",
                row.collective(),
                row.np(),
                Sizes.text(row.bytes()),
                row.bits() == Codec.PLAIN_BITS ? "float" : Integer.toString(row.bits()),
                row.mode(),
                row.algorithm(),
                row.timeUs(),
                row.agreementUs(),
                row.codecUs(),
                row.bandwidthUs(),
                row.latencyUs(),
                100 * row.efficiency(),
                row.algbw(),
                row.messagesPerRank());
    }
}
