// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

/**
 * How some examples went.
 *
 * @param lossSum sum of their cross-entropies, in nats
 * @param right number of right answers
 * @param examples number of examples
 */
public record Score(double lossSum, long right, long examples) {}
