// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Path;

/** A source of classified examples and the settings that suit it. Stateless. */
public interface Task {

    /** {@return the name on the command line} */
    String name();

    /** {@return what is to be learnt, in a few words} */
    String description();

    /**
     * Reads the examples.
     *
     * @param data where the user's files are, or null if none was given
     * @return the same on every machine that has the same files
     * @throws IOException if the data is missing or damaged; the message says what to do
     */
    TaskData load(Path data) throws IOException;

    /**
     * Checks cheaply that there is data, before ranks are started.
     *
     * @param data as in {@link #load}
     * @throws IOException if it is missing; the message says what to do
     */
    default void requireData(Path data) throws IOException {}

    /** {@return settings that learn well and fast} */
    Defaults defaults();

    /**
     * Settings of a task that the user need not give.
     *
     * @param dimension floats per word, or units of the first hidden layer
     * @param epochs passes over the training set
     * @param batch examples per rank and step
     * @param learningRate the greatest, reached after the warm-up
     */
    record Defaults(int dimension, int epochs, int batch, double learningRate) {}
}
