// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of the table. Agreement, codec, bandwidth and latency add up to the time.
 *
 * @param collective what was simulated
 * @param np number of ranks
 * @param bytes size of the vector as floats
 * @param bits bits per element of the codes, 32 for plain floats
 * @param mode arithmetic
 * @param algorithm schedule
 * @param timeUs until the last rank is through, in microseconds; so are the following
 * @param agreementUs from the end of the pass over the input until the last rank has all records
 * @param codecUs that pass, and by how much the exchange gets shorter if work with numbers takes no time
 * @param bandwidthUs by how much it gets shorter still if links have no limit
 * @param latencyUs what remains: steps of latency, and each end's overhead per message
 * @param boundUs one latency and the time in which a link carries the bytes that any algorithm must send
 * @param efficiency that bound over the time
 * @param algbw float bytes over the time, in 10^9 bytes per second
 * @param messagesPerRank sent, mean over ranks
 * @param wireBytesPerRank sent, mean over ranks
 */
record Prediction(
        @JsonProperty("collective") String collective,
        @JsonProperty("np") int np,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("bits") int bits,
        @JsonProperty("mode") String mode,
        @JsonProperty("algorithm") String algorithm,
        @JsonProperty("time_us") double timeUs,
        @JsonProperty("agreement_us") double agreementUs,
        @JsonProperty("codec_us") double codecUs,
        @JsonProperty("bandwidth_us") double bandwidthUs,
        @JsonProperty("latency_us") double latencyUs,
        @JsonProperty("bound_us") double boundUs,
        @JsonProperty("efficiency") double efficiency,
        @JsonProperty("algbw_GBps") double algbw,
        @JsonProperty("messages_per_rank") double messagesPerRank,
        @JsonProperty("wire_bytes_per_rank") long wireBytesPerRank) {}
