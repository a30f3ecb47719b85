// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

/**
 * One example of a text classification task.
 *
 * @param text what is to be classified
 * @param label its class, from 0
 */
public record LabelledText(String text, int label) {}
