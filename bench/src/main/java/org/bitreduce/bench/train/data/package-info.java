// SPDX-License-Identifier: Apache-2.0
/** Texts as bags of words: reading, tokenizing, numbering. No data is part of the project; users bring theirs. */
package org.bitreduce.bench.train.data;
