// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Arrays;
import org.bitreduce.Codec;

/**
 * A rank's own vector, rounded once; exactly that vector with plain floats.
 *
 * @param data of all ranks
 * @param rank whose vector it is
 * @param codec of the collective
 */
record CopyExpectation(BenchData data, int rank, Codec codec) implements Expectation {

    @Override
    public void bucket(long first, double[] exact, double[] bound) {
        for (int i = 0; i < exact.length; i++) {
            exact[i] = data.value(rank, first + i);
        }
        Arrays.fill(bound, 0);
        if (codec.bits() == 1) {
            SignBound signs = new SignBound(exact.length);
            signs.add(exact);
            signs.raise(exact, bound);
        } else if (!codec.isPlain()) {
            ErrorBound errors = new ErrorBound(codec);
            Arrays.fill(bound, errors.once(errors.norm(exact)));
        }
    }
}
