// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * DQ-SGD on a budget: so many code bits per element on average over the run, spent where they reduce the error most. It
 * is equation 18 with {@code k} not given but found anew at each step from what is left.
 *
 * <pre>{@code
 * m    = N - n                                        steps left, this one included
 * R    = average * N - spent                          bits per element left
 * s    = 2^(R/m - 1) - 1                              levels of the average width left
 * gain = log2 ||g|| - forecast + (m - 1) / 4 * log2 alpha
 * real = log2(s * 2^gain + 1) + 1
 * B    = clamp(rounded(real), max(2, R - max * (m - 1)), min(max, R - 2 * (m - 1)))
 * }</pre>
 *
 * <p>The forecast is the geometric mean of the norms to come; the third term of the gain is what alpha makes of this
 * step against their mean. The upper bound leaves 2 bits to every later step, so the average is never exceeded; the
 * lower one sees to it that the budget can still be used. What rounding gives or takes shows in {@code R}. A norm that
 * is zero or not finite asks for the least and is left out of the forecast. Steps beyond the last keep the average.
 */
public final class BudgetController extends CountingController {

    /** No norm is worth more than this many bits more or less than another; keeps powers finite. */
    private static final double MAX_GAIN = 64;

    private final double average;
    private final double log2Alpha;
    private final long total;
    private final int maxBits;
    private final BitRounding rounding;
    private final NormForecast forecast = new NormForecast();
    private double carry;

    /**
     * Makes a controller.
     *
     * @param average code bits per element, 2 to {@code maxBits}
     * @param alpha weight of a step's error against the next step's, in (0, 1]; {@link BitSchedule#defaultAlpha}
     * @param steps of the whole run, at least 1
     * @param maxBits widest code, 2 to 16
     * @param codec norm, bucket and rounding; its width is not used
     * @param rounding of the width
     */
    public BudgetController(double average, double alpha, long steps, int maxBits, Codec codec, BitRounding rounding) {
        super(
                "dqsgd:%s alpha=%s steps=%d max-bits=%d bit-rounding=%s; %s"
                        .formatted(average, alpha, steps, maxBits, rounding, codec),
                codec,
                MIN_BITS,
                maxBits);
        if (!(average >= MIN_BITS && average <= maxBits)) {
            throw new IllegalArgumentException(
                    "the average must be %d to %d bits: average=%s".formatted(MIN_BITS, maxBits, average));
        }
        this.average = average;
        this.log2Alpha = Log2.of(BitSchedule.requireAlpha(alpha));
        this.total = BitSchedule.requireSteps(steps);
        this.maxBits = maxBits;
        this.rounding = rounding;
    }

    @Override
    int bits(AgreedStatistics agreed) {
        double norm = norm(agreed);
        double left = average * Math.max(total, steps() + 1) - spentBits();
        double stepsLeft = Math.max(total - steps(), 1);
        double whole = MIN_BITS;
        if (norm > 0 && norm < Double.POSITIVE_INFINITY) {
            double real = real(Log2.of(norm), left / stepsLeft, stepsLeft) + carry;
            whole = rounding.apply(real);
            carry = rounding.carry(real, whole);
        }
        double least = Math.max(MIN_BITS, Math.floor(left - maxBits * (stepsLeft - 1)));
        double most = Math.min(maxBits, Math.floor(left - MIN_BITS * (stepsLeft - 1)));
        return (int) Math.max(MIN_BITS, Math.min(Math.max(whole, least), most));
    }

    private double real(double log2Norm, double averageLeft, double stepsLeft) {
        forecast.add(log2Norm);
        double gain = log2Norm - forecast.log2Norm(stepsLeft) + (stepsLeft - 1) / 4 * log2Alpha;
        double levels = BitRounding.levels(Math.max(averageLeft, MIN_BITS));
        return Log2.of(levels * StrictMath.pow(2, Math.clamp(gain, -MAX_GAIN, MAX_GAIN)) + 1) + 1;
    }

    @Override
    void save(SequencedMap<String, Double> state) {
        state.put("carry", carry);
        forecast.save(state);
    }

    @Override
    void restore(SequencedMap<String, Double> state) {
        carry = state.get("carry");
        forecast.restore(state);
    }

    @Override
    long mixState(long hash) {
        return forecast.mix(mix(hash, Double.doubleToLongBits(carry)));
    }
}
