// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of a benchmark's table.
 *
 * @param collective what was measured
 * @param implementation {@code bitreduce}, or {@code mpj-express} for the baseline
 * @param inPlace whether the result went over the input
 * @param bytes size of the vector as floats; for all-gather and reduce-scatter of all ranks' parts together
 * @param count elements of that vector
 * @param bits bits per element of the codes, 32 for plain floats
 * @param mode arithmetic
 * @param algorithm schedule
 * @param np number of ranks
 * @param via how they were started
 * @param transport what they talked through
 * @param iterations measured calls
 * @param minUs shortest call, of the slowest rank each, in microseconds; so are the following
 * @param avgUs mean
 * @param p50Us median
 * @param p99Us 99th percentile
 * @param maxUs longest call
 * @param algbw float bytes over the median, in 10^9 bytes per second
 * @param busbw that times nccl-tests' factor
 * @param wireBytesPerRank bytes that a rank sent per call, counted at the transport, mean over ranks; 0 for the baseline
 * @param link those over the median, in 10^9 bytes per second
 * @param relL2Error Euclidean norm of the error over that of the exact result
 * @param maxError greatest error of an element
 * @param wrong elements, over all ranks, outside what the mode can be proved to keep
 */
record BenchRow(
        @JsonProperty("collective") String collective,
        @JsonProperty("implementation") String implementation,
        @JsonProperty("in_place") boolean inPlace,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("count") long count,
        @JsonProperty("bits") int bits,
        @JsonProperty("mode") String mode,
        @JsonProperty("algorithm") String algorithm,
        @JsonProperty("np") int np,
        @JsonProperty("via") String via,
        @JsonProperty("transport") String transport,
        @JsonProperty("iterations") int iterations,
        @JsonProperty("min_us") double minUs,
        @JsonProperty("avg_us") double avgUs,
        @JsonProperty("p50_us") double p50Us,
        @JsonProperty("p99_us") double p99Us,
        @JsonProperty("max_us") double maxUs,
        @JsonProperty("algbw_GBps") double algbw,
        @JsonProperty("busbw_GBps") double busbw,
        @JsonProperty("wire_bytes_per_rank") long wireBytesPerRank,
        @JsonProperty("link_GBps") double link,
        @JsonProperty("rel_l2_error") double relL2Error,
        @JsonProperty("max_error") double maxError,
        @JsonProperty("wrong") long wrong) {}
