// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.util.Locale;
import org.bitreduce.Codec;
import org.bitreduce.bench.Sizes;

/** The table of predictions beside measurements. */
final class CheckText implements TextRow<Check> {

    @Override
    public String title() {
        return "%-14s %4s %5s %10s %5s %-8s %-7s %12s %12s %12s %6s"
                .formatted(
                        "collective",
                        "np",
                        "cores",
                        "size",
                        "bits",
                        "mode",
                        "by",
                        "latency",
                        "measured",
                        "predicted",
                        "ratio");
    }

    @Override
    public String line(Check row) {
        return String.format(
                Locale.ROOT,
                "%-14s %4d %5d %10s %5s %-8s %-7s %9.1f us %9.1f us %9.1f us %6.2f",
                row.collective(),
                row.np(),
                row.cores(),
                Sizes.text(row.bytes()),
                row.bits() == Codec.PLAIN_BITS ? "float" : Integer.toString(row.bits()),
                row.mode(),
                row.algorithm(),
                row.latencyUs(),
                row.measuredUs(),
                row.predictedUs(),
                row.ratio());
    }
}
