// SPDX-License-Identifier: Apache-2.0
/** The model that the training workload learns, its gradient and its optimizer, all on off-heap vectors. */
package org.bitreduce.bench.train.model;
