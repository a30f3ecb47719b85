// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.Locale;
import java.util.Objects;

/**
 * How a vector of floats is put on the wire: bits per element, what a scale is and how many elements share it, and how
 * elements are rounded. Immutable; equal on all ranks of a call.
 *
 * <p>With {@code bits} B of 2 to 16 an element is one of the {@code 2s + 1} multiples of {@code norm / s} from {@code
 * -norm} to {@code norm}, {@code s = 2^(B-1) - 1} (DQ-SGD, arXiv 2107.14575). With 1 bit it is {@code +norm} or {@code
 * -norm}. With 32 bits it is the float itself.
 *
 * @param bits 1 to 16, or 32 for plain floats
 * @param norm what the scale is; {@link Norm#MAX} or {@link Norm#EUCLIDEAN} from 2 bits, {@link Norm#MEAN_MAGNITUDE} or
 *     {@link Norm#UNIT} for 1 bit; ignored for plain floats
 * @param log2Bucket binary logarithm of the number of elements that share a scale, 4 to 30, or {@link #WHOLE_VECTOR}
 * @param rounding how elements between two levels are rounded; 1-bit codes take the sign and ignore it
 */
public record Codec(int bits, Norm norm, int log2Bucket, Rounding rounding) implements CodecChooser {

    /** One scale for the whole vector. */
    public static final int WHOLE_VECTOR = 63;

    /** The usual bucket: 512 elements. */
    public static final int DEFAULT_LOG2_BUCKET = 9;

    /** The number of bits that means plain floats. */
    public static final int PLAIN_BITS = 32;

    /**
     * Checks all ranges.
     *
     * @throws IllegalArgumentException if a number is out of its range, or the norm does not go with the bits
     */
    public Codec {
        Objects.requireNonNull(norm, "norm");
        Objects.requireNonNull(rounding, "rounding");
        if (bits != PLAIN_BITS && (bits < 1 || bits > 16)) {
            throw new IllegalArgumentException("bits must be 1 to 16, or 32 for plain floats: bits=" + bits);
        }
        if (log2Bucket != WHOLE_VECTOR && (log2Bucket < 4 || log2Bucket > 30)) {
            throw new IllegalArgumentException(
                    "a bucket must have 2^4 to 2^30 elements, or be the whole vector: log2Bucket=" + log2Bucket);
        }
        boolean sign = norm == Norm.MEAN_MAGNITUDE || norm == Norm.UNIT;
        if (bits != PLAIN_BITS && sign != (bits == 1)) {
            throw new IllegalArgumentException(
                    "norms MAX and EUCLIDEAN go with 2 to 16 bits, MEAN_MAGNITUDE and UNIT with 1: bits=%d, norm=%s"
                            .formatted(bits, norm));
        }
    }

    /** {@return plain floats} */
    public static Codec plain() {
        return new Codec(PLAIN_BITS, Norm.MAX, DEFAULT_LOG2_BUCKET, Rounding.NEAREST);
    }

    /**
     * {@return stochastic rounding against the greatest magnitude of each 512 elements}
     *
     * @param bits bits per element, 2 to 16, or 32 for plain floats
     * @throws IllegalArgumentException if it is another number
     */
    public static Codec uniform(int bits) {
        return new Codec(bits, Norm.MAX, DEFAULT_LOG2_BUCKET, Rounding.STOCHASTIC);
    }

    /**
     * {@return a chooser of the fewest bits, 2 to 16 or else plain, that keep the error of the result within a bound,
     * whatever the elements and the random numbers}
     *
     * <p>The error is the L2 norm of (result - exact result), relative to the root mean square over ranks of the vectors'
     * L2 norms, times the number of ranks for a sum. For gather, scatter, all-gather and broadcast that is the relative L2
     * error of the result; the mean of vectors that cancel is smaller than they are, and its own relative error larger.
     * The bound counts roundings to codes of doubles as the floats they are rounded to; float arithmetic adds some 1e-7 per rank.
     *
     * @param error the bound, positive and finite, such as 1e-3
     * @throws IllegalArgumentException if it is not
     */
    public static CodecChooser within(double error) {
        return new ErrorBound(error, false);
    }

    /**
     * {@return a chooser of the fewest bits, 2 to 16 or else plain, that keep the error of every element of the result
     * within a bound, whatever the elements and the random numbers} As {@link #within}, for the greatest magnitude of an
     * element's error in the elements' own unit, times the number of ranks for a sum.
     *
     * @param error the bound, in the elements' unit, positive and finite
     * @throws IllegalArgumentException if it is not
     */
    public static CodecChooser withinAbsolute(double error) {
        return new ErrorBound(error, true);
    }

    /**
     * {@return one bit per element: its sign}
     *
     * @param norm {@link Norm#MEAN_MAGNITUDE} or {@link Norm#UNIT}
     * @throws IllegalArgumentException if it is another one
     */
    public static Codec sign(Norm norm) {
        return new Codec(1, norm, DEFAULT_LOG2_BUCKET, Rounding.NEAREST);
    }

    /** {@return whether elements travel as they are} */
    public boolean isPlain() {
        return bits == PLAIN_BITS;
    }

    /** {@return quantisation levels per sign, {@code 2^(bits-1) - 1}; 1 for 1-bit codes} */
    public int levels() {
        return bits == 1 ? 1 : (1 << (bits - 1)) - 1;
    }

    /** {@return whether one scale serves the whole vector (in a part: the whole part)} */
    public boolean isWholeVector() {
        return log2Bucket == WHOLE_VECTOR;
    }

    /**
     * {@return this codec with another number of bits}
     *
     * @param otherBits 2 to 16, or 32; 1 for a codec of signs
     * @throws IllegalArgumentException if the norm does not go with that
     */
    public Codec withBits(int otherBits) {
        return new Codec(otherBits, norm, log2Bucket, rounding);
    }

    /** A constant codec needs no agreement to be chosen. */
    @Override
    public Codec choose(AgreedStatistics agreed) {
        return this;
    }

    @Override
    public Codec prototype() {
        return this;
    }

    @Override
    public long fingerprint() {
        return bits | (long) norm.ordinal() << 8 | (long) log2Bucket << 16 | (long) rounding.ordinal() << 24;
    }

    @Override
    public String toString() {
        return isPlain()
                ? "plain"
                : "%d bits, %s norm per %s, %s rounding"
                        .formatted(
                                bits,
                                norm.name().toLowerCase(Locale.ROOT),
                                isWholeVector() ? "vector" : (1L << log2Bucket) + " elements",
                                rounding.name().toLowerCase(Locale.ROOT));
    }
}
