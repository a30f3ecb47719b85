// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * What the time of a call went to, in microseconds, mean over calls and ranks. The parts add up to the whole, because each
 * begins where another ends.
 *
 * @param agreementUs the agreement round, from the call to the decision, without the pass over the input
 * @param packUs this rank's numbers on their way out: norms, rounding, packing, or copying
 * @param scatterWaitUs from the agreement to the last sum, when nothing was computed: posting, polling and waiting for
 *     contributions
 * @param reduceUs what owners do: unpacking and adding all ranks' contributions, norms, rounding and packing of the sums
 * @param gatherWaitUs the same waiting after the last sum, for results
 * @param unpackUs writing results to the output
 */
record Profile(
        @JsonProperty("agreement_us") double agreementUs,
        @JsonProperty("pack_us") double packUs,
        @JsonProperty("scatter_wait_us") double scatterWaitUs,
        @JsonProperty("reduce_us") double reduceUs,
        @JsonProperty("gather_wait_us") double gatherWaitUs,
        @JsonProperty("unpack_us") double unpackUs) {

    /** {@return a profile of sums over calls and ranks, by phase} */
    static Profile of(double[] nanos, double calls) {
        double micros = 1e3 * calls;
        return new Profile(
                nanos[0] / micros,
                nanos[1] / micros,
                nanos[2] / micros,
                nanos[3] / micros,
                nanos[4] / micros,
                nanos[5] / micros);
    }

    /** {@return the whole} */
    double totalUs() {
        return agreementUs + packUs + scatterWaitUs + reduceUs + gatherWaitUs + unpackUs;
    }

    /** {@return all shares in a line} */
    @Override
    public String toString() {
        double percent = 100 / Math.max(1e-9, totalUs());
        return String.format(
                Locale.ROOT,
                "of %s: agreement %.1f %%, norms and pack %.1f %%, wait %.1f %%, reduce and requantize %.1f %%, wait %.1f %%, unpack %.1f %%",
                Units.time(totalUs()),
                agreementUs * percent,
                packUs * percent,
                scatterWaitUs * percent,
                reduceUs * percent,
                gatherWaitUs * percent,
                unpackUs * percent);
    }
}
