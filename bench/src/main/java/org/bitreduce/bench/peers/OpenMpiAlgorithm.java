// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.util.ArrayList;
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

    private static final int RING_ALL_GATHER = 4;
    private static final int DOUBLE_RING_BARRIER = 2;

    private final int number;

    OpenMpiAlgorithm(int number) {
        this.number = number;
    }

    /**
     * {@return the words for {@code mpirun} that choose it} A ring is that of all-gather and barrier too, by their own
     * numbers.
     */
    public List<String> options() {
        if (this == DEFAULT) {
            return List.of();
        }
        List<String> words = new ArrayList<>(List.of("--mca", "coll_tuned_use_dynamic_rules", "1"));
        words.addAll(List.of("--mca", "coll_tuned_allreduce_algorithm", Integer.toString(number)));
        if (this == RING) {
            words.addAll(List.of("--mca", "coll_tuned_allgather_algorithm", Integer.toString(RING_ALL_GATHER)));
            words.addAll(List.of("--mca", "coll_tuned_barrier_algorithm", Integer.toString(DOUBLE_RING_BARRIER)));
        }
        return words;
    }

    /**
     * {@return whether Open MPI has it for a collective}
     *
     * @param collective such as {@code all-reduce}
     */
    public boolean serves(String collective) {
        return this == DEFAULT
                || collective.equals("all-reduce")
                || (this == RING && List.of("all-gather", "barrier").contains(collective));
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
