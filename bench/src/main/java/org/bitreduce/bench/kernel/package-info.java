// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks of the codec's kernels. */
package org.bitreduce.bench.kernel;
