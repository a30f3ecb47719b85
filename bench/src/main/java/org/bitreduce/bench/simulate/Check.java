// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A prediction beside what was measured.
 *
 * @param collective what was called
 * @param np number of ranks
 * @param cores that they share
 * @param bytes size of the vector as floats
 * @param bits bits per element of the codes, 32 for plain floats
 * @param mode arithmetic
 * @param predictedAlgorithm schedule that was simulated
 * @param algorithm schedule that really ran
 * @param latencyUs what the model was given: an empty call of as many ranks, less its overheads
 * @param measuredUs median over the calls of the slowest rank's time
 * @param predictedUs what the model says
 * @param ratio the prediction over the measurement
 */
record Check(
        @JsonProperty("collective") String collective,
        @JsonProperty("np") int np,
        @JsonProperty("cores") int cores,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("bits") int bits,
        @JsonProperty("mode") String mode,
        @JsonProperty("predicted_algorithm") String predictedAlgorithm,
        @JsonProperty("algorithm") String algorithm,
        @JsonProperty("latency_us") double latencyUs,
        @JsonProperty("measured_us") double measuredUs,
        @JsonProperty("predicted_us") double predictedUs,
        @JsonProperty("ratio") double ratio) {

    static Check of(Prediction prediction, Measured measured, int cores, double latencyUs) {
        return new Check(
                prediction.collective(),
                prediction.np(),
                cores,
                prediction.bytes(),
                prediction.bits(),
                prediction.mode(),
                prediction.algorithm(),
                measured.algorithm(),
                latencyUs,
                measured.callUs(),
                prediction.timeUs(),
                prediction.timeUs() / measured.callUs());
    }
}
