// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.List;

/** A classification task, ready for training. Immutable; threads may share it. */
public sealed interface TaskData permits TextData, ImageData {

    /** {@return the task's name} */
    String task();

    /** {@return where the examples came from, in words} */
    String origin();

    /** {@return names of the classes} */
    List<String> classes();

    /** {@return the number of examples to learn from} */
    int trainSize();

    /** {@return the number of examples to measure on} */
    int testSize();

    /** {@return a checksum of everything that training reads: equal on ranks that have the same data} */
    long fingerprint();
}
