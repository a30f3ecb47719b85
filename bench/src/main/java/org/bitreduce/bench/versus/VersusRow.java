// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.MedianInterval;
import org.bitreduce.bench.UsedMode;
import org.bitreduce.text.Names;

/**
 * How a side did at one size, with what it is compared to.
 *
 * @param collective what was measured
 * @param bytes size of the whole vector as floats
 * @param side whose row it is
 * @param bits per element, 32 for plain floats
 * @param mode arithmetic of BitReduce; empty for others, who have plain floats only
 * @param repetitions paired blocks of calls
 * @param iterations calls per block
 * @param p50 the median of the blocks' medians, in microseconds
 * @param p50Low lower end of a 95 % interval for it; the least block where there are fewer than 6
 * @param p50High upper end
 * @param micros time of a call, of the slowest rank, in microseconds, over the blocks' medians
 * @param algbw float bytes over the median, in 10^9 bytes per second
 * @param wireBytesPerRank bytes that a rank sent per call; 0 where the library does not tell
 * @param wrong elements outside what the arithmetic can be proved to keep
 * @param othersCores processors that the other sides kept busy while this one was timed
 * @param foreignCores processors that other programs kept busy meanwhile
 * @param ratios time of this side over that of each of BitReduce's, of the blocks of the same repetition
 */
record VersusRow(
        @JsonProperty("collective") String collective,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("side") String side,
        @JsonProperty("bits") int bits,
        @JsonProperty("mode") String mode,
        @JsonProperty("repetitions") int repetitions,
        @JsonProperty("iterations") int iterations,
        @JsonProperty("p50_us") double p50,
        @JsonProperty("p50_low_us") double p50Low,
        @JsonProperty("p50_high_us") double p50High,
        @JsonProperty("us") Spread micros,
        @JsonProperty("algbw_GBps") double algbw,
        @JsonProperty("wire_bytes_per_rank") double wireBytesPerRank,
        @JsonProperty("wrong") long wrong,
        @JsonProperty("others_cpu") double othersCores,
        @JsonProperty("foreign_cpu") double foreignCores,
        @JsonProperty("times_as_long_as") Map<String, Spread> ratios) {

    /**
     * {@return the rows of one size}
     *
     * @param operation what was measured
     * @param asked mode of quantized calls, or null for the usual one
     * @param bytes size of the vector
     * @param standings of all sides
     */
    static List<VersusRow> of(Operation operation, Mode asked, long bytes, List<Standing> standings) {
        List<VersusRow> rows = new ArrayList<>();
        for (Standing standing : standings) {
            Map<String, Spread> ratios = new LinkedHashMap<>();
            for (Standing own : standings) {
                if (own.side().ours() && !own.equals(standing)) {
                    ratios.put(own.side().label(), Spread.ofRatios(standing.micros(), own.micros()));
                }
            }
            Spread micros = Spread.of(standing.micros());
            MedianInterval interval = MedianInterval.of(standing.micros());
            Side side = standing.side();
            rows.add(new VersusRow(
                    operation.toString(),
                    bytes,
                    side.label(),
                    side.bits(),
                    side.ours() ? Names.of(UsedMode.of(operation, asked, side.bits())) : "",
                    standing.micros().size(),
                    standing.iterations(),
                    micros.median(),
                    interval.low(),
                    interval.high(),
                    micros,
                    bytes / (micros.median() * 1e3),
                    standing.sentBytes(),
                    standing.wrong(),
                    standing.othersCores(),
                    standing.foreignCores(),
                    ratios));
        }
        return rows;
    }
}
