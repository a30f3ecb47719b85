// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * What one call may say beyond its vectors. Immutable, but for the content of the residual.
 *
 * @param mode the arithmetic, or null for the usual one: {@link Mode#PLAIN} for plain codecs and types other than float,
 *     else {@link Mode#TWOSHOT}
 * @param stream the caller's stream id, any number, equal on all ranks: calls on vectors of different meaning may use different ones; it enters the
 *     random numbers
 * @param residual the rank's memory of what rounding has dropped (error feedback), as many floats as the input, or null;
 *     on entry it is added to the input, on return it holds what the roundings that this rank did have dropped; its
 *     content may differ between ranks, its presence may not; the caller's, zeros before the first call, and not
 *     overlapping input or output
 * @param order in which a plain all-reduce adds; others take no notice
 */
public record CallOptions(Mode mode, long stream, MemorySegment residual, Order order) {

    /** The usual mode, stream 0, no error feedback, the order of the ranks. */
    public static final CallOptions DEFAULT = new CallOptions(null, 0, null, Order.RANK);

    /** Checks the order. */
    public CallOptions {
        Objects.requireNonNull(order, "order");
    }

    /**
     * {@return these options with another mode}
     *
     * @param other the mode, or null for the usual one
     */
    public CallOptions withMode(Mode other) {
        return new CallOptions(other, stream, residual, order);
    }

    /**
     * {@return these options with another stream id}
     *
     * @param other the id
     */
    public CallOptions withStream(long other) {
        return new CallOptions(mode, other, residual, order);
    }

    /**
     * {@return these options with error feedback}
     *
     * @param other as many floats as the input, or null for none
     */
    public CallOptions withResidual(MemorySegment other) {
        return new CallOptions(mode, stream, other, order);
    }

    /**
     * {@return these options with another order of sums}
     *
     * @param other the order
     */
    public CallOptions withOrder(Order other) {
        return new CallOptions(mode, stream, residual, other);
    }
}
