// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks of collectives between ranks. The command (on the launcher) makes a plan, {@code BenchRank} (on every rank)
 * carries it out and verifies every result, rank 0 writes rows that the command formats as they come.
 */
package org.bitreduce.bench;
