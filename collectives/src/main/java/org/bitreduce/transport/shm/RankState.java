// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

/** What a rank says of itself in its line of the control region. The ordinals are the words written there. */
enum RankState {
    /** Has not joined yet. */
    ABSENT,
    /** Has mapped the control region and takes part. */
    ACTIVE,
    /** Has closed its transport in good order. */
    LEFT,
    /** Has given up; its line holds the cause. */
    FAILED;

    private static final RankState[] VALUES = values();

    /** {@return the state of a word} An unknown word counts as failed: it can only come from corruption. */
    static RankState of(int word) {
        return word >= 0 && word < VALUES.length ? VALUES[word] : FAILED;
    }
}
