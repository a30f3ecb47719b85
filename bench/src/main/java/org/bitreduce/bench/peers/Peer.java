// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bitreduce.launch.Via;
import org.bitreduce.text.Names;

/** Somebody to be measured against. */
public sealed interface Peer {

    /** Names for the command line. */
    List<String> NAMES = List.of("open-mpi", "mpich", "mpj");

    /** {@return what the command line and reports call it} */
    String label();

    /**
     * An MPI library in C.
     *
     * @param family which library
     * @param algorithm of its all-reduce; for Open MPI only
     */
    record Native(MpiFamily family, OpenMpiAlgorithm algorithm) implements Peer {

        @Override
        public String label() {
            return algorithm == OpenMpiAlgorithm.DEFAULT ? family.label() : family.label() + ":" + Names.of(algorithm);
        }
    }

    /**
     * MPJ Express' own collectives.
     *
     * @param via how its ranks are started
     */
    record Mpj(Via via) implements Peer {

        @Override
        public String label() {
            return via.toString().replaceFirst("mpjrun", "mpj");
        }
    }

    /**
     * {@return the peer of a name}
     *
     * @param text {@code open-mpi}, {@code open-mpi:ALGORITHM}, {@code mpich}, {@code mpj} or {@code mpj:DEVICE}
     * @throws IllegalArgumentException if there is none, with the nearest
     */
    static Peer parse(String text) {
        String[] words = text.split(":", 2);
        String variant = words.length == 2 ? words[1] : "";
        if (words[0].equals("mpj")) {
            return new Mpj(Via.parse(variant.isEmpty() ? "mpjrun" : "mpjrun:" + variant));
        }
        Optional<MpiFamily> family = Arrays.stream(MpiFamily.values())
                .filter(candidate -> candidate.label().equals(words[0]))
                .findFirst();
        if (family.isEmpty()) {
            throw Names.unknown("peer", words[0], NAMES);
        }
        if (family.get() != MpiFamily.OPEN_MPI && !variant.isEmpty()) {
            throw new IllegalArgumentException("only open-mpi and mpj have variants: peer=" + text);
        }
        return new Native(family.get(), OpenMpiAlgorithm.parse(variant));
    }
}
