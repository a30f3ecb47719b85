// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Arrays;
import org.bitreduce.Codec;
import org.bitreduce.Mode;

/**
 * The sum over ranks.
 *
 * @param data of all ranks
 * @param ranks how many
 * @param codec of the collective
 * @param mode of the collective
 */
record SumExpectation(BenchData data, int ranks, Codec codec, Mode mode) implements Expectation {

    @Override
    public void bucket(long first, double[] exact, double[] bound) {
        Arrays.fill(exact, 0);
        Arrays.fill(bound, 0);
        ErrorBound errors = new ErrorBound(codec);
        SignBound signs = new SignBound(exact.length);
        double[] norms = new double[ranks];
        double[] values = new double[exact.length];
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 0; i < exact.length; i++) {
                values[i] = data.value(rank, first + i);
                exact[i] += values[i];
                // Each of n additions is off by half a unit in the last place of a partial sum at most.
                bound[i] += Math.abs(values[i]) * ranks * 0x1p-23;
            }
            norms[rank] = errors.norm(values);
            signs.add(values);
        }
        if (codec.bits() == 1 && mode == Mode.TWOSHOT) {
            signs.raiseTwice(exact, bound);
        } else if (codec.bits() == 1) {
            signs.raise(exact, bound);
        } else if (!codec.isPlain()) {
            double rounding = errors.sum(mode, norms, errors.norm(exact), exact.length);
            for (int i = 0; i < bound.length; i++) {
                bound[i] += rounding;
            }
        }
    }
}
