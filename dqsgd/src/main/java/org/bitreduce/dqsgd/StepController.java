// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.lang.foreign.MemorySegment;
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

    /**
     * Is shown what a step's collective gave, before the next step. Some rules learn from it ({@link AdaQs}, {@link
     * DqSgdError}); to the others this does nothing. Never showing it is allowed: those rules then keep to what they say
     * they know at first.
     *
     * @param mean of all ranks' vectors, floats, the same bits on all ranks; read before this returns
     */
    default void learn(MemorySegment mean) {}

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
