// SPDX-License-Identifier: Apache-2.0
/**
 * Step controllers: what a step's gradient is worth in bits, decided alike on all ranks. The rules of DQ-SGD (arXiv
 * 2107.14575), an online form that keeps to a budget, and the fixed-width methods they are compared with.
 */
package org.bitreduce.dqsgd;
