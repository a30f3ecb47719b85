// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.SequencedMap;
import org.bitreduce.CodecChooser;

/**
 * Decides before each iteration how many bits its gradient is worth. Every rank has its own instance, made alike; as all
 * are asked with the same agreed numbers and compute in {@link StrictMath}, all decide the same. One controller serves
 * one vector: each collective it is handed to is one step. Not thread-safe.
 */
public interface StepController extends CodecChooser {

    /** {@return this controller, as what a collective asks for a codec} */
    default CodecChooser codec() {
        return this;
    }

    /** {@return the method and all its settings, one line} */
    String name();

    /** {@return steps decided so far} */
    long steps();

    /** {@return code bits per element, averaged over the steps so far; 0 before the first} */
    double averageBits();

    /**
     * {@return all that the next decisions depend on, the settings aside; a copy, in a fixed order} Counts are whole
     * numbers; {@link Double#toString} and back is exact.
     */
    SequencedMap<String, Double> state();

    /**
     * Goes back to a saved state: decisions continue as they would have then.
     *
     * @param state from {@link #state()} of a controller with the same settings
     * @throws IllegalArgumentException if a value is missing or unknown, naming it; nothing is changed then
     */
    void load(SequencedMap<String, Double> state);
}
