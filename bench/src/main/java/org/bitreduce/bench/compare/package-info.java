// SPDX-License-Identifier: Apache-2.0
/** Comparing the results of two benchmark runs, row by row. */
package org.bitreduce.bench.compare;
