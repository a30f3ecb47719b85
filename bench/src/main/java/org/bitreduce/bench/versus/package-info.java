// SPDX-License-Identifier: Apache-2.0
/**
 * BitReduce beside other libraries, in turn, in one run. Every side is a {@code Crew}: ranks that have connected to this
 * process and wait for a command in a blocking read, so that nothing of them uses a processor while another side is
 * timed. A {@code Contest} hands out the commands and pairs the times.
 */
package org.bitreduce.bench.versus;
