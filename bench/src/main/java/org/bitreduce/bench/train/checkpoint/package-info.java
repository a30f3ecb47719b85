// SPDX-License-Identifier: Apache-2.0
/** Saving a training run so that it can be continued bit for bit. */
package org.bitreduce.bench.train.checkpoint;
