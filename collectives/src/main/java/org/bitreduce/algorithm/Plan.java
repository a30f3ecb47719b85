// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.bitreduce.Codec;
import org.bitreduce.Mode;

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

    /** Where peers read inputs and outputs, by rank; null where nobody reads any. */
    private final long[] places;

    private final Algorithm early;
    private final Algorithm algorithm;
    private final Schedule scales;
    private final Schedule exchange;
    private final List<Arithmetics.Drawing> drawings;
    /** Of the first rounding, where it is not the input that is rounded; else null. */
    private final DoubleSupplier error;

    /**
     * Keeps what was planned.
     *
     * @param early how vectors have come with the agreement; DIRECT if they have not
     * @param algorithm that carries the exchange
     * @param scales the agreement on scales, or null
     * @param exchange the rest, or null
     * @param drawings the roundings that draw random numbers
     */
    Plan(
            Decision decision,
            Input input,
            Agreement agreement,
            Algorithm early,
            Algorithm algorithm,
            Schedule scales,
            Schedule exchange,
            List<Arithmetics.Drawing> drawings) {
        this(decision, input, agreement, early, algorithm, scales, exchange, drawings, null);
    }

    /**
     * Keeps what was planned, without an agreement on scales.
     *
     * @param exchange does all
     * @param drawings the roundings that draw random numbers
     * @param error tells what error is to be expected of the first rounding, when the exchange is done
     */
    Plan(
            Decision decision,
            Input input,
            Agreement agreement,
            Schedule exchange,
            List<Arithmetics.Drawing> drawings,
            DoubleSupplier error) {
        this(decision, input, agreement, Algorithm.DIRECT, Algorithm.DIRECT, null, exchange, drawings, error);
    }

    private Plan(
            Decision decision,
            Input input,
            Agreement agreement,
            Algorithm early,
            Algorithm algorithm,
            Schedule scales,
            Schedule exchange,
            List<Arithmetics.Drawing> drawings,
            DoubleSupplier error) {
        this.early = early;
        this.codec = decision.codec();
        this.mode = decision.mode();
        this.vector = input.vector();
        this.norms = input.knownNorms();
        this.places = agreement.hasPlaces() ? places(agreement) : null;
        this.algorithm = algorithm;
        this.scales = scales;
        this.exchange = exchange;
        this.drawings = drawings;
        this.error = error;
    }

    /** {@return the error to be expected of the first rounding; null if the input is what is rounded} */
    DoubleSupplier error() {
        return error;
    }

    /** {@return how vectors have come with the agreement; DIRECT if they have not} */
    Algorithm early() {
        return early;
    }

    /** {@return what carries the exchange} */
    Algorithm algorithm() {
        return algorithm;
    }

    /** {@return the agreement on scales; null if there is none} */
    Schedule scales() {
        return scales;
    }

    /** {@return the exchange; null if there is nothing to do} */
    Schedule exchange() {
        return exchange;
    }

    /** {@return whether this is what would be planned for a repetition of the call} */
    boolean fits(Call call, Decision decision, Input input, Agreement agreement) {
        if (decision.mode() != mode
                || !decision.codec().equals(codec)
                || !input.vector().equals(vector)) {
            return false;
        }
        if (places == null ? agreement.hasPlaces() : !samePlaces(agreement)) {
            return false;
        }
        boolean quantizes = !codec.isPlain() && input.hasVector();
        return !quantizes || input.norms(call, codec).equals(norms);
    }

    private static long[] places(Agreement agreement) {
        long[] places = new long[2 * agreement.ranks()];
        for (int rank = 0; rank < agreement.ranks(); rank++) {
            places[2 * rank] = agreement.inputPlace(rank);
            places[2 * rank + 1] = agreement.outputPlace(rank);
        }
        return places;
    }

    private boolean samePlaces(Agreement agreement) {
        for (int rank = 0; rank < agreement.ranks(); rank++) {
            if (places[2 * rank] != agreement.inputPlace(rank) || places[2 * rank + 1] != agreement.outputPlace(rank)) {
                return false;
            }
        }
        return true;
    }

    /** Makes everything ready for another operation. */
    void restart(long seed, long operation, long stream) {
        for (int i = 0; i < drawings.size(); i++) { // without an iterator: a repetition makes no garbage
            drawings.get(i).restart(seed, operation, stream);
        }
        if (scales != null) {
            scales.restart();
        }
        if (exchange != null) {
            exchange.restart();
        }
    }
}
