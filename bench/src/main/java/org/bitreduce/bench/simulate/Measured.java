// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What real ranks took.
 *
 * @param bytes size of the vector as floats
 * @param bits bits per element of the codes, 32 for plain floats
 * @param algorithm schedule that ran
 * @param emptyUs median of an empty call, of the slowest rank
 * @param callUs median of the call, of the slowest rank
 */
record Measured(
        @JsonProperty("bytes") long bytes,
        @JsonProperty("bits") int bits,
        @JsonProperty("algorithm") String algorithm,
        @JsonProperty("empty_us") double emptyUs,
        @JsonProperty("call_us") double callUs) {}
