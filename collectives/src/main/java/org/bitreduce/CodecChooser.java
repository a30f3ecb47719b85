// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * Decides, after the agreement round of a collective, which codec the call is worth. Every rank asks its own instance
 * with the same numbers, so all instances must be equal and deterministic ({@link StrictMath}, no clocks, no random
 * numbers).
 */
public interface CodecChooser {

    /**
     * Chooses the codec of one collective. Called exactly once per call that passes the agreement, in the same order on
     * all ranks; may change the chooser's state.
     *
     * @param agreed numbers that are the same on all ranks
     * @return the codec
     */
    Codec choose(AgreedStatistics agreed);

    /**
     * {@return a codec like those that {@link #choose} returns, its bits aside} Norm and bucket tell what the pass before
     * the agreement has to find; {@code isPlain()} tells that small vectors may travel with the agreement. Where the choice
     * differs in norm or bucket, the pass is made again; it must go with the call as the prototype does.
     */
    Codec prototype();

    /**
     * {@return a number that is equal on all ranks if and only if their choosers are configured alike and have the same
     * state; compared in the agreement round}
     */
    long fingerprint();
}
