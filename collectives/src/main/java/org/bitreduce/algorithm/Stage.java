// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** The phases of a call: part of every tag and frame. */
final class Stage {

    static final int AGREEMENT = 0;
    static final int SCALES_SCATTER = 1;
    static final int SCALES_GATHER = 2;
    static final int SCATTER = 3;
    static final int GATHER = 4;
    static final int FOLD = 5;
    static final int UNFOLD = 6;
    static final int HOST_SCATTER = 7;
    static final int HOST_GATHER = 8;
    static final int COMPARISON = 9;
    static final int COMPLETION = 10;

    /** Told apart from the first hop of the same phase. */
    private static final int SECOND_HOP = 16;

    private Stage() {}

    /** {@return the stage of what was collected in a stage, and is passed on} */
    static int second(int stage) {
        return stage + SECOND_HOP;
    }

    static String name(int stage) {
        if (stage >= SECOND_HOP) {
            return name(stage - SECOND_HOP) + ", second hop";
        }
        return switch (stage) {
            case AGREEMENT -> "agreement";
            case COMPLETION -> "completion";
            case COMPARISON -> "comparison of calls that differ";
            case SCALES_SCATTER, SCALES_GATHER -> "agreement on scales";
            case SCATTER -> "reduce-scatter phase";
            case FOLD -> "first sums of pairs";
            case UNFOLD -> "results to the other of a pair";
            case HOST_SCATTER -> "reduce-scatter phase within the host";
            case HOST_GATHER -> "all-gather phase within the host";
            default -> "all-gather phase";
        };
    }
}
