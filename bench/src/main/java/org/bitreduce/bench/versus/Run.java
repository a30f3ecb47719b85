// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.VersusRank;

/**
 * What a report says of a run besides its rows.
 *
 * @param environment the machine, before
 * @param np ranks of each side
 * @param via how BitReduce's were started
 * @param hosts how many were made, with an equal number of ranks on each; 0 if all ranks are on this one
 * @param link speed of the links between them; empty without
 * @param lineRate what iperf3 reached over a link, in 10^9 bytes per second; 0 if not measured
 * @param inPlace whether results go over the input
 * @param settings of quantized calls
 * @param libraries what the ranks of each side call themselves
 * @param leftOut who could not take part, and why
 */
record Run(
        @JsonProperty("environment") Environment environment,
        @JsonProperty("np") int np,
        @JsonProperty("via") String via,
        @JsonProperty("hosts") int hosts,
        @JsonProperty("link") String link,
        @JsonProperty("iperf3_GBps") double lineRate,
        @JsonProperty("in_place") boolean inPlace,
        @JsonProperty("settings") VersusRank.Settings settings,
        @JsonProperty("sides") Map<String, String> libraries,
        @JsonProperty("left_out") Map<String, String> leftOut) {}
