// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/**
 * How good a row's result was, over all ranks.
 *
 * @param relative Euclidean norm of the error over that of the exact result
 * @param max greatest error of an element
 * @param wrong elements outside what the mode can be proved to keep
 */
record Accuracy(double relative, double max, long wrong) {}
