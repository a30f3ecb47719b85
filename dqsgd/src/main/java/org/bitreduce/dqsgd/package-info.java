// SPDX-License-Identifier: Apache-2.0
/**
 * Step controllers: what a step's gradient is worth in bits, decided alike on all ranks. The rules of DQ-SGD (arXiv
 * 2107.14575), an online form that keeps to a budget, and the fixed-width methods they are compared with.
 *
 * <pre>{@code
 * StepController bits = DqSgd.budget(4.0).steps(1000).on(world); // 4 bits per element on average over 1000 steps
 * for (int step = 0; step < 1000; step++) {
 *     world.allReduce(gradient, ElementType.FLOAT, Reduction.MEAN, bits.codec());
 * }
 * }</pre>
 *
 * <p>Begin with {@link org.bitreduce.dqsgd.DqSgd}, or with {@link org.bitreduce.dqsgd.Method#parse} for any method by its
 * name. A controller is a rank's own, is asked once per collective, and is used by the communicator's thread; its state can
 * be saved and loaded ({@link org.bitreduce.dqsgd.StepController#state}). {@link org.bitreduce.dqsgd.ErrorFeedback} keeps
 * what rounding drops; {@link org.bitreduce.dqsgd.BitSchedule} and {@link org.bitreduce.dqsgd.ConvergenceBounds} are the
 * mathematics. An argument out of its range is an {@link java.lang.IllegalArgumentException} that names the value.
 */
package org.bitreduce.dqsgd;
