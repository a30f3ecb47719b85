// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.lang.foreign.MemorySegment;
import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.bitreduce.Norm;

/**
 * The dual of DQ-SGD's problem, online: as few bits as possible for an error bound. The bound is on the error that rounding
 * is expected to add over the run, relative to the gradients themselves, with the weights of Theorem 1:
 *
 * <pre>{@code
 * sum over n of alpha^(N-1-n) E||Q(g_n) - g_n||^2  <=  E^2 sum over n of alpha^(N-1-n) ||g_n||_2^2
 * }</pre>
 *
 * <p>The fewest bits in sum make every step's weighted error the same (equation 18 with the k of {@link BitSchedule#dualK};
 * dividing by the gradients spares the smoothness and the learning rate, which nobody knows). At each step that share is
 * found anew from the error made so far and a forecast of the norms to come; the width is the least whole one that keeps to
 * it, and that keeps the bound for the steps so far: it holds whenever the run is stopped, unless a step would need more
 * than 16 bits.
 *
 * <p>The error expected of a step is {@code d scale^2 / (6 s^2)} (Proposition 1, an average over positions between levels),
 * of a rank's first rounding. With a scale per bucket, how much smaller those are than the vector's norm is learnt from the
 * results ({@link #learn}), and 1 before the first. A step of zeros gets 2 bits.
 */
public final class DqSgdError extends CountingController {

    private static final double WINDOW = 16;

    private final double bound;
    private final double alpha;
    private final long total;
    private final Codec codec;
    private final NormForecast forecast = new NormForecast();
    private double error;
    private double energy;
    private double scaleRatio = 1;
    private double shown;

    /**
     * Makes a controller.
     *
     * @param relativeError the bound E, positive
     * @param alpha weight of a step's error against the next step's, in (0, 1]; {@link BitSchedule#defaultAlpha}
     * @param steps of the whole run, at least 1
     * @param codec norm, bucket and rounding; its width is not used
     */
    public DqSgdError(double relativeError, double alpha, long steps, Codec codec) {
        super(
                "dqsgd-error:%s alpha=%s steps=%d; %s".formatted(relativeError, alpha, steps, codec),
                codec,
                MIN_BITS,
                MAX_BITS);
        this.bound = FormulaController.requirePositive("relativeError", relativeError);
        this.alpha = BitSchedule.requireAlpha(alpha);
        this.total = BitSchedule.requireSteps(steps);
        this.codec = codec;
    }

    /** {@return the relative error that is expected of the steps so far; 0 before the first} */
    public double relativeError() {
        return energy == 0 ? 0 : Math.sqrt(error / energy);
    }

    @Override
    int bits(AgreedStatistics agreed) {
        double norm = agreed.rmsNorm();
        error *= alpha;
        energy *= alpha;
        if (!(norm > 0) || norm == Double.POSITIVE_INFINITY) {
            return MIN_BITS;
        }
        double atOneLevel = expectedSquaredError(agreed);
        double allowed = allowed(norm);
        energy += norm * norm;
        int bits = MIN_BITS;
        while (bits < MAX_BITS && atOneLevel / squaredLevels(bits) > allowed) {
            bits++;
        }
        error += atOneLevel / squaredLevels(bits);
        return bits;
    }

    /** {@return the squared error that this step may have} Error and energy are those of the steps before. */
    private double allowed(double norm) {
        double square = norm * norm;
        double stepsLeft = Math.max(total - steps(), 1);
        forecast.add(Log2.of(norm));
        double later = StrictMath.pow(2, 2 * forecast.log2Norm(stepsLeft)) * laterWeights(stepsLeft);
        double share = (bound * bound * (energy + square + later) - error) / stepsLeft;
        return Math.min(share, bound * bound * (energy + square) - error);
    }

    /** {@return the weights of the steps after this one, in units of this one's: the sum of alpha^-i} */
    private double laterWeights(double stepsLeft) {
        if (alpha == 1) {
            return stepsLeft - 1;
        }
        double step = 1 / alpha;
        return step * (StrictMath.pow(step, stepsLeft - 1) - 1) / (step - 1);
    }

    private double expectedSquaredError(AgreedStatistics agreed) {
        if (codec.norm() == Norm.EUCLIDEAN) {
            double elements =
                    codec.isWholeVector() ? agreed.count() : Math.min(agreed.count(), 1L << codec.log2Bucket());
            return elements * agreed.rmsNorm() * agreed.rmsNorm() / 6;
        }
        return scaleRatio * agreed.count() * agreed.maxNorm() * agreed.maxNorm() / 6;
    }

    private static double squaredLevels(int bits) {
        double levels = BitRounding.levels(bits);
        return levels * levels;
    }

    @Override
    public void learn(MemorySegment mean) {
        if (codec.norm() == Norm.MAX && !codec.isWholeVector()) {
            shown = Math.min(shown + 1, WINDOW);
            scaleRatio += (MeanVector.scaleRatio(mean, 1L << codec.log2Bucket()) - scaleRatio) / shown;
        }
    }

    @Override
    void save(SequencedMap<String, Double> state) {
        state.put("error", error);
        state.put("energy", energy);
        state.put("scale_ratio", scaleRatio);
        state.put("shown", shown);
        forecast.save(state);
    }

    @Override
    void restore(SequencedMap<String, Double> state) {
        error = state.get("error");
        energy = state.get("energy");
        scaleRatio = state.get("scale_ratio");
        shown = state.get("shown");
        forecast.restore(state);
    }

    @Override
    long mixState(long hash) {
        long mixed = forecast.mix(hash);
        for (double value : new double[] {error, energy, scaleRatio, shown}) {
            mixed = mix(mixed, Double.doubleToLongBits(value));
        }
        return mixed;
    }
}
