// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.util.List;
import org.bitreduce.text.Names;

/** The all-reduces that Open MPI can be told to take, by the numbers of its parameter. */
public enum OpenMpiAlgorithm {
    /** Open MPI chooses by size. */
    DEFAULT(0),
    /** To one rank and back. */
    LINEAR(1),
    /** Reduce, then broadcast. */
    NONOVERLAPPING(2),
    /** Whole vectors in a logarithmic number of steps. */
    RECURSIVE_DOUBLING(3),
    /** Reduce-scatter and all-gather around a ring. */
    RING(4),
    /** The same in segments. */
    SEGMENTED_RING(5),
    /** Recursive halving, then recursive doubling. */
    RABENSEIFNER(6);

    private final int number;

    OpenMpiAlgorithm(int number) {
        this.number = number;
    }

    /** {@return the words for {@code mpirun} that choose it} */
    public List<String> options() {
        return this == DEFAULT
                ? List.of()
                : List.of(
                        "--mca",
                        "coll_tuned_use_dynamic_rules",
                        "1",
                        "--mca",
                        "coll_tuned_allreduce_algorithm",
                        Integer.toString(number));
    }

    /**
     * {@return the algorithm of a name}
     *
     * @param text such as {@code ring}; empty for the default
     */
    static OpenMpiAlgorithm parse(String text) {
        return text.isEmpty() ? DEFAULT : Names.parse(OpenMpiAlgorithm.class, "algorithm of Open MPI", text);
    }
}
