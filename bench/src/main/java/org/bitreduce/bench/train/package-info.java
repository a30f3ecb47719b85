// SPDX-License-Identifier: Apache-2.0
/** Distributed training with few-bit gradients: the program that runs on every rank, and its command. */
package org.bitreduce.bench.train;
