// SPDX-License-Identifier: Apache-2.0
/** Gradients of a run, recorded once, for trying methods on them. */
package org.bitreduce.bench.train.recording;
