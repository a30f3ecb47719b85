// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/**
 * Where a rank ran.
 *
 * @param rank from 0
 * @param pid process id; ranks that are threads of one JVM share it; -1 if the rank never came up
 * @param host host name, empty if the rank never came up
 */
public record RankInfo(int rank, long pid, String host) {}
