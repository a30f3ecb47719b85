// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.bitreduce.bench.Environment;

/**
 * What a report says of a run besides its rows.
 *
 * @param environment the machine, before
 * @param np ranks of each side
 * @param via how BitReduce's were started
 * @param link speed of the links between hosts, each with one rank; empty if all ranks are on one host
 * @param lineRate what iperf3 reached over a link, in 10^9 bytes per second; 0 if not measured
 * @param inPlace whether results go over the input
 * @param libraries what the ranks of each side call themselves
 * @param leftOut who could not take part, and why
 */
record Run(
        @JsonProperty("environment") Environment environment,
        @JsonProperty("np") int np,
        @JsonProperty("via") String via,
        @JsonProperty("link") String link,
        @JsonProperty("iperf3_GBps") double lineRate,
        @JsonProperty("in_place") boolean inPlace,
        @JsonProperty("sides") Map<String, String> libraries,
        @JsonProperty("left_out") Map<String, String> leftOut) {}
