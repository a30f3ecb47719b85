// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;

/**
 * The greatest error that a codec and a mode can make in one element of a bucket. A rounding is off by less than a step
 * of {@code norm / s} (half of it for nearest rounding), whatever the draw; the float arithmetic around it by a few units
 * in the last place of the norm.
 *
 * @param codec not plain, at least 2 bits
 */
record ErrorBound(Codec codec) {

    /** Room for the float arithmetic of one rounding, relative to the norm. */
    private static final double SLACK = 0x1p-20;

    /**
     * {@return the bound of one rounding}
     *
     * @param norm of the bucket
     */
    double once(double norm) {
        double step = norm / codec.levels();
        return (codec.rounding() == Rounding.NEAREST ? step / 2 : step) + norm * SLACK;
    }

    /**
     * {@return the bound of a sum over ranks}
     *
     * @param mode how it is formed
     * @param norms of the bucket, one per rank
     * @param sumNorm of the exact sum
     * @param elements of the bucket
     */
    double sum(Mode mode, double[] norms, double sumNorm, int elements) {
        double total = 0;
        double greatest = 0;
        for (double norm : norms) {
            total += once(norm);
            greatest = Math.max(greatest, norm);
        }
        return switch (mode) {
            case GATHER -> total;
            case EXACT -> norms.length * once(greatest);
            // What a host's sum is rounded by is not more than its ranks' vectors would be by themselves.
            // The second rounding's norm is that of a sum which the first roundings have moved.
            case TWOSHOT, TWO_LEVEL ->
                total + once(sumNorm + total * (codec.norm() == Norm.EUCLIDEAN ? Math.sqrt(elements) : 1));
            case PLAIN, VOTE -> throw new IllegalArgumentException("nothing is a sum of rounded codes: mode=" + mode);
        };
    }

    /**
     * {@return the norm of a bucket}
     *
     * @param values all of the bucket's
     */
    double norm(double[] values) {
        double max = 0;
        double squares = 0;
        for (double value : values) {
            max = Math.max(max, Math.abs(value));
            squares += value * value;
        }
        return codec.norm() == Norm.EUCLIDEAN ? Math.sqrt(squares) : max;
    }
}
