// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

/**
 * What a simulated call took, in picoseconds of virtual time from its beginning, which is the same for all ranks.
 *
 * @param read the longest pass over the input
 * @param agreed when the last rank had all records
 * @param ended when the last rank was through
 * @param messages sent by all ranks
 * @param bytes sent by all ranks
 */
public record CallTimes(long read, long agreed, long ended, long messages, long bytes) {}
