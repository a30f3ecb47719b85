// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.dqsgd.StepController;

/**
 * One layer of a run: its slices of the run's vectors, and what decides its bits.
 *
 * @param layer which part of the model
 * @param parameters its slice
 * @param gradient its slice
 * @param velocity its slice
 * @param options of its all-reduce; with its slice of the residual, if there is one
 * @param controller serves this layer only
 */
record TrainLayer(
        Layer layer,
        MemorySegment parameters,
        MemorySegment gradient,
        MemorySegment velocity,
        CallOptions options,
        StepController controller) {}
