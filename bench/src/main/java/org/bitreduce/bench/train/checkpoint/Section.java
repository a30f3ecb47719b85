// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

/** The parts of a checkpoint. The order is part of the file format. */
public enum Section {
    /** The run's settings as text: a checkpoint fits no other run. */
    SETTINGS,
    /** Counters of the loop: see the class that saves them. */
    COUNTERS,
    /** The model's parameters, floats. */
    PARAMETERS,
    /** The optimizer's velocity, floats. */
    VELOCITY,
    /** The rank's memory of what rounding dropped, floats; empty without error feedback. */
    RESIDUAL,
    /** The controller's state as text. */
    CONTROLLER,
    /** What was measured so far, doubles. */
    HISTORY
}
