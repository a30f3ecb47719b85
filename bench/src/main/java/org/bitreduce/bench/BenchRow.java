// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.bitreduce.Codec;
import org.bitreduce.text.Names;

/**
 * One line of a benchmark's table.
 *
 * @param collective what was measured
 * @param implementation {@code bitreduce}, or {@code mpj-express} for the baseline
 * @param form how it was called
 * @param inPlace whether the result went over the input
 * @param bytes size of the vector as floats; for all-gather and reduce-scatter of all ranks' parts together
 * @param count elements of that vector
 * @param bits bits per element of the codes, 32 for plain floats
 * @param mode arithmetic
 * @param algorithm schedule that carried the last call
 * @param bucket elements that share a scale; 0 where there are no scales
 * @param root whose vector a broadcast sends
 * @param integrity whether payloads in shared memory carried a checksum
 * @param seed of data and rounding
 * @param np number of ranks
 * @param via how they were started
 * @param transport what they talked through
 * @param iterations measured calls
 * @param minUs shortest call, of the slowest rank each, in microseconds; so are the following
 * @param avgUs mean
 * @param p50Us median
 * @param p50LowUs lower end of a 95 % interval for the median, see {@link MedianInterval#rank}
 * @param p50HighUs upper end
 * @param p90Us 90th percentile
 * @param p99Us 99th percentile
 * @param maxUs longest call
 * @param algbw float bytes over the median, in 10^9 bytes per second
 * @param busbw that times nccl-tests' factor
 * @param wireBytesPerRank bytes that a rank sent per call, counted at the transport, mean over ranks; 0 for the baseline
 * @param link those over the median, in 10^9 bytes per second
 * @param relL2Error Euclidean norm of the error over that of the exact result
 * @param maxError greatest error of an element
 * @param wrong elements, over all ranks, outside what the mode can be proved to keep
 * @param profile what a call's time went to, mean over ranks; null if nobody asked
 */
record BenchRow(
        @JsonProperty("collective") String collective,
        @JsonProperty("implementation") String implementation,
        @JsonProperty("form") String form,
        @JsonProperty("in_place") boolean inPlace,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("count") long count,
        @JsonProperty("bits") int bits,
        @JsonProperty("mode") String mode,
        @JsonProperty("algorithm") String algorithm,
        @JsonProperty("bucket") int bucket,
        @JsonProperty("root") int root,
        @JsonProperty("integrity") boolean integrity,
        @JsonProperty("seed") long seed,
        @JsonProperty("np") int np,
        @JsonProperty("via") String via,
        @JsonProperty("transport") String transport,
        @JsonProperty("iterations") int iterations,
        @JsonProperty("min_us") double minUs,
        @JsonProperty("avg_us") double avgUs,
        @JsonProperty("p50_us") double p50Us,
        @JsonProperty("p50_low_us") double p50LowUs,
        @JsonProperty("p50_high_us") double p50HighUs,
        @JsonProperty("p90_us") double p90Us,
        @JsonProperty("p99_us") double p99Us,
        @JsonProperty("max_us") double maxUs,
        @JsonProperty("algbw_GBps") double algbw,
        @JsonProperty("busbw_GBps") double busbw,
        @JsonProperty("wire_bytes_per_rank") long wireBytesPerRank,
        @JsonProperty("link_GBps") double link,
        @JsonProperty("rel_l2_error") double relL2Error,
        @JsonProperty("max_error") double maxError,
        @JsonProperty("wrong") long wrong,

        @JsonProperty("profile") @JsonInclude(JsonInclude.Include.NON_NULL)
        Profile profile) {

    /**
     * {@return the row of a measurement}
     *
     * @param plan of the run
     * @param transport what the ranks talked through
     * @param np how many there were
     * @param about what was measured
     * @param times of its calls
     * @param wireBytes sent per rank and call
     * @param accuracy of the last result
     * @param profile what the time went to, or null if that was not asked
     */
    static BenchRow of(
            BenchPlan plan,
            String transport,
            int np,
            BenchCase.Subject about,
            Times times,
            long wireBytes,
            Accuracy accuracy,
            Profile profile) {
        long bytes = about.count() * Float.BYTES;
        double nanos = 1e3 * times.percentile(50);
        boolean scales = about.bits() != Codec.PLAIN_BITS;
        return new BenchRow(
                plan.collective().label(),
                about.implementation(),
                Names.of(about.form()),
                about.inPlace(),
                bytes,
                about.count(),
                about.bits(),
                about.mode(),
                about.algorithm(),
                scales ? plan.bucket() : 0,
                plan.root(),
                plan.integrity(),
                plan.seed(),
                np,
                plan.via(),
                transport,
                times.count(),
                times.min(),
                times.mean(),
                times.percentile(50),
                times.medianLow(),
                times.medianHigh(),
                times.percentile(90),
                times.percentile(99),
                times.max(),
                bytes / nanos,
                bytes / nanos * plan.collective().busFactor(np),
                wireBytes,
                wireBytes / nanos,
                accuracy.relative(),
                accuracy.max(),
                accuracy.wrong(),
                profile);
    }
}
