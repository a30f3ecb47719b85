// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;
import org.bitreduce.launch.StopRequest;

/**
 * How a run is kept from being lost. The result does not depend on it.
 *
 * @param checkpoints folder for them, or null to write none
 * @param start whether the run goes on from there
 * @param keep generations kept
 * @param stop asked before each step
 */
record Saving(Path checkpoints, Start start, int keep, StopRequest stop) {

    /** Where a run starts. */
    enum Start {
        /** At the first step. */
        NEW,
        /** At the newest checkpoint that is whole on all ranks; without one there is no run. */
        RESUME,
        /** At the newest checkpoint that is whole on all ranks; without one at the first step. */
        AUTO
    }

    /** Generations kept if nothing else is said. */
    static final int USUAL_KEEP = 2;

    /** Saves nothing and never stops. */
    static final Saving NONE = new Saving(null, Start.NEW, USUAL_KEEP, StopRequest.NEVER);

    Saving {
        Checks.range("keep", keep, 2, Checkpoints.MOST_KEPT);
    }

    /**
     * {@return what is usual, and never stops}
     *
     * @param checkpoints folder for them
     * @param start whether the run goes on from there
     */
    static Saving in(Path checkpoints, Start start) {
        return new Saving(checkpoints, start, USUAL_KEEP, StopRequest.NEVER);
    }
}
