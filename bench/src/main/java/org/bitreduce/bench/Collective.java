// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Arrays;
import java.util.List;
import org.bitreduce.text.Names;

/** What can be measured. */
enum Collective {
    /** Every rank gets the sum of all vectors. */
    ALL_REDUCE("all-reduce", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** The root gets the sum of all vectors. */
    REDUCE("reduce", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** Every rank gets its part of the sum. */
    REDUCE_SCATTER("reduce-scatter", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** Every rank gets the parts of all. */
    ALL_GATHER("all-gather", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** The root gets the parts of all. */
    GATHER("gather", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** Every rank gets its part of the root's vector. */
    SCATTER("scatter", List.of(Place.OUT_OF_PLACE, Place.IN_PLACE)),
    /** Every rank gets the root's vector. */
    BROADCAST("broadcast", List.of(Place.IN_PLACE)),
    /** Nothing is moved; an agreement round alone. */
    BARRIER("barrier", List.of(Place.IN_PLACE)),
    /** Two ranks send each other a vector in turn. */
    PING_PONG("ping-pong", List.of(Place.IN_PLACE)),
    /** Each rank rounds and packs a vector, and unpacks it: no messages. */
    CODEC("codec", List.of(Place.OUT_OF_PLACE));

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Place> places;

    Collective(String label, List<Place> places) {
        this.label = label;
        this.places = places;
    }

    /** {@return what the command line and reports call it} */
    String label() {
        return label;
    }

    /** {@return where its result can go} */
    List<Place> places() {
        return places;
    }

    /** {@return whether it is a call of a communicator, in several forms} */
    boolean isCall() {
        return this != PING_PONG && this != CODEC;
    }

    /** {@return whether quantized elements can be added up in several ways} */
    boolean hasModes() {
        return this == ALL_REDUCE || this == REDUCE;
    }

    /** {@return whether one rank gives or gets all} */
    boolean hasRoot() {
        return this == REDUCE || this == BROADCAST || this == GATHER || this == SCATTER;
    }

    /** {@return whether vectors are cut into as many equal parts as there are ranks, so that counts are multiples of the ranks} */
    boolean hasEqualParts() {
        return this == ALL_GATHER || this == GATHER || this == SCATTER;
    }

    /** {@return whether it moves elements that can be quantized} */
    boolean hasWidths() {
        return this != PING_PONG && this != BARRIER;
    }

    /**
     * {@return the factor from algorithm bandwidth to bus bandwidth, as nccl-tests defines it}
     *
     * @param ranks number of ranks
     */
    double busFactor(int ranks) {
        return switch (this) {
            case ALL_REDUCE -> 2.0 * (ranks - 1) / ranks;
            case REDUCE_SCATTER, ALL_GATHER, GATHER, SCATTER -> (ranks - 1.0) / ranks;
            case REDUCE, BROADCAST, BARRIER, PING_PONG, CODEC -> 1;
        };
    }

    /**
     * {@return the collective of a name}
     *
     * @param label as on the command line
     */
    static Collective of(String label) {
        List<String> labels = Arrays.stream(values()).map(Collective::label).toList();
        int index = labels.indexOf(label);
        if (index < 0) {
            throw Names.unknown("collective", label, labels);
        }
        return values()[index];
    }
}
