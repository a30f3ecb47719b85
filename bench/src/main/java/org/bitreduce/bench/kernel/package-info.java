// SPDX-License-Identifier: Apache-2.0
/** The speed of the codec's kernels: {@code bench kernels}, and JMH for one kernel at a time. */
package org.bitreduce.bench.kernel;
