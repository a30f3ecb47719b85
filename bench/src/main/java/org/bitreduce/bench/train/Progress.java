// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

/** Is told how a run goes; rank 0 shows it. Confined to the run's thread. */
interface Progress {

    /** Shows nothing. */
    Progress SILENT = new Progress() {};

    /**
     * A step is done.
     *
     * @param state after the step
     * @param steps of the whole run
     * @param epoch from 0
     */
    default void step(TrainState state, int steps, int epoch) {}

    /**
     * Something happened that the user should know.
     *
     * @param line that says it
     */
    default void note(String line) {}

    /**
     * An epoch is done and measured.
     *
     * @param epoch from 0
     * @param result over all ranks
     */
    default void epoch(int epoch, History.Epoch result) {}
}
