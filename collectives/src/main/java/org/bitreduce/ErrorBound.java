// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * Chooses the fewest bits whose error has a bound. Rounding to {@code s} levels moves an element by less than an {@code
 * s}-th of its scale, so a rank's vector moves in L2 by less than {@code sqrt(Q) / s}, Q being its sum of squared scales,
 * and the mean over ranks by less than {@code scaleNorm / s} (triangle inequality, then Jensen's). In {@link
 * Mode#TWOSHOT} the owner's scales are at most the mean of the ranks', so its rounding adds as much again; in {@link
 * Mode#EXACT} the shared scales are the ranks' greatest, at most {@code sqrt(n)} times as much. Element by element the
 * same holds with the greatest magnitude of all vectors. Immutable.
 *
 * <p>With fewer levels than that the expectation still lies well below the bound: a rounding's squared error is a sixth of a
 * step's square on average.
 *
 * @param error the bound
 * @param absolute whether it is for each element and not for the whole
 */
record ErrorBound(double error, boolean absolute) implements CodecChooser {

    private static final Codec USUAL = Codec.uniform(8);
    /** Covers the float arithmetic of a rounding: up to 0.008 of a step with 16 bits. */
    private static final double MARGIN = 1.01;

    private static final int LEAST_BITS = 2;
    private static final int MOST_BITS = 16;

    /** Checks the bound. */
    ErrorBound {
        if (!(error > 0) || error == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("an error must be positive and finite: error=" + error);
        }
    }

    @Override
    public Codec choose(AgreedStatistics agreed) {
        double levels = neededLevels(agreed);
        for (int bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
            if (USUAL.withBits(bits).levels() >= levels) {
                return USUAL.withBits(bits);
            }
        }
        return Codec.plain();
    }

    /** {@return the number of levels per sign from which on the bound holds; NaN if that cannot be told} */
    private double neededLevels(AgreedStatistics agreed) {
        double step = absolute ? agreed.maxNorm() : agreed.scaleNorm();
        double allowed = absolute ? error : error * agreed.rmsNorm();
        if (step == 0) {
            return 0;
        }
        if (allowed == Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        double sharing = agreed.sharesScales() && !absolute ? StrictMath.sqrt(agreed.ranks()) : 1;
        return MARGIN * agreed.roundings() * sharing * step / allowed;
    }

    @Override
    public Codec prototype() {
        return USUAL;
    }

    @Override
    public long fingerprint() {
        return Double.doubleToLongBits(error) * 31 + (absolute ? 1 : 2);
    }
}
