// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.time.Duration;
import java.util.Objects;
import org.bitreduce.algorithm.AlgorithmTable;

/**
 * What holds for all calls of a communicator; equal on all ranks, which the agreement round checks (the deadline aside).
 * Immutable.
 *
 * @param seed of all random numbers, any number
 * @param deadline the longest wait for other ranks in one call, positive
 * @param nonFinite what to do with NaN and infinity
 * @param integrity whether payloads in shared memory carry a checksum too; on a wire they always do
 * @param algorithms which schedules carry which calls; changes no result
 * @param placement which rank runs on which host, for {@link Mode#TWO_LEVEL}; null for what the transport knows
 */
public record CommunicatorOptions(
        long seed,
        Duration deadline,
        NonFinitePolicy nonFinite,
        boolean integrity,
        AlgorithmTable algorithms,
        Placement placement) {

    /** Seed 1, a deadline of 60 s, {@link NonFinitePolicy#THROW}, no checksums of payloads in shared memory. */
    public static final CommunicatorOptions DEFAULT = new CommunicatorOptions(
            1, Duration.ofSeconds(60), NonFinitePolicy.THROW, false, AlgorithmTable.standard(), null);

    /**
     * Checks the deadline.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public CommunicatorOptions {
        Objects.requireNonNull(nonFinite, "nonFinite");
        Objects.requireNonNull(algorithms, "algorithms");
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("the deadline must be positive: deadline=" + deadline);
        }
    }

    /**
     * {@return these options with another seed}
     *
     * @param other the seed
     */
    public CommunicatorOptions withSeed(long other) {
        return new CommunicatorOptions(other, deadline, nonFinite, integrity, algorithms, placement);
    }

    /**
     * {@return these options with another deadline}
     *
     * @param other positive
     */
    public CommunicatorOptions withDeadline(Duration other) {
        return new CommunicatorOptions(seed, other, nonFinite, integrity, algorithms, placement);
    }

    /**
     * {@return these options with another policy for NaN and infinity}
     *
     * @param other the policy
     */
    public CommunicatorOptions withNonFinite(NonFinitePolicy other) {
        return new CommunicatorOptions(seed, deadline, other, integrity, algorithms, placement);
    }

    /**
     * {@return these options with or without checksums of payloads in shared memory}
     *
     * @param other whether
     */
    public CommunicatorOptions withIntegrity(boolean other) {
        return new CommunicatorOptions(seed, deadline, nonFinite, other, algorithms, placement);
    }

    /**
     * {@return these options with another table of algorithms}
     *
     * @param other the table
     */
    public CommunicatorOptions withAlgorithms(AlgorithmTable other) {
        return new CommunicatorOptions(seed, deadline, nonFinite, integrity, other, placement);
    }

    /**
     * {@return these options with another placement}
     *
     * @param other which rank runs on which host, or null for what the transport knows
     */
    public CommunicatorOptions withPlacement(Placement other) {
        return new CommunicatorOptions(seed, deadline, nonFinite, integrity, algorithms, other);
    }
}
