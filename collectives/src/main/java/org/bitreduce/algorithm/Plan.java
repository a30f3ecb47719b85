// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.codec.Draws;

/**
 * What is done of a call after its agreement, for one decision. Kept, it serves every repetition of the call that comes to
 * the same decision over the same memory.
 */
final class Plan {

    private final Codec codec;
    private final Mode mode;
    private final MemorySegment vector;
    /** Null where nothing is quantized. */
    private final MemorySegment norms;

    private final long[] places;
    private final Schedule scales;
    private final Schedule exchange;
    private final Draws[] draws;

    /**
     * Keeps what was planned.
     *
     * @param scales the agreement on scales, or null
     * @param exchange the rest, or null
     * @param draws random numbers by stage, null where there are none
     */
    Plan(Decision decision, Input input, Agreement agreement, Schedule scales, Schedule exchange, Draws[] draws) {
        this.codec = decision.codec();
        this.mode = decision.mode();
        this.vector = input.vector();
        this.norms = input.knownNorms();
        this.places = new long[2 * agreement.ranks()];
        for (int rank = 0; rank < agreement.ranks(); rank++) {
            places[2 * rank] = agreement.inputPlace(rank);
            places[2 * rank + 1] = agreement.outputPlace(rank);
        }
        this.scales = scales;
        this.exchange = exchange;
        this.draws = draws;
    }

    /** {@return the agreement on scales; null if there is none} */
    Schedule scales() {
        return scales;
    }

    /** {@return the exchange; null if there is nothing to do} */
    Schedule exchange() {
        return exchange;
    }

    boolean canRestart() {
        return (scales == null || scales.canRestart()) && (exchange == null || exchange.canRestart());
    }

    /** {@return whether this is what would be planned for a repetition of the call} */
    boolean fits(Call call, Decision decision, Input input, Agreement agreement) {
        if (decision.mode() != mode
                || !decision.codec().equals(codec)
                || !input.vector().equals(vector)) {
            return false;
        }
        for (int rank = 0; rank < agreement.ranks(); rank++) {
            if (places[2 * rank] != agreement.inputPlace(rank) || places[2 * rank + 1] != agreement.outputPlace(rank)) {
                return false;
            }
        }
        boolean quantizes = !codec.isPlain() && input.hasVector();
        return !quantizes || input.norms(call, codec).equals(norms);
    }

    /** Makes everything ready for another operation. */
    void restart(long seed, long operation, long stream, int rank) {
        for (int stage = 0; stage < draws.length; stage++) {
            if (draws[stage] != null) {
                draws[stage].restart(seed, operation, stream, stage, rank);
            }
        }
        if (scales != null) {
            scales.restart();
        }
        if (exchange != null) {
            exchange.restart();
        }
    }
}
