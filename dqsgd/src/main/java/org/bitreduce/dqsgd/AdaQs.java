// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.lang.foreign.MemorySegment;
import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * The baseline AdaQS of DQ-SGD's Table 1 (Guo et al., ICASSP 2020): the width follows the ratio of the gradient's mean to
 * its standard deviation, found by estimating moments. Early gradients agree with each other and get few bits; later ones
 * are mostly noise and get more. The formula of the original is not public; this form is ours:
 *
 * <pre>{@code
 * a = moving average of ||mean of all ranks' gradients||^2
 * r = moving average of the mean over ranks of ||g||^2
 * ratio^2 = (W a - r) / (W (r - a))          unbiased signal over noise, W ranks
 * B_n = B + log2(first ratio / ratio)
 * }</pre>
 *
 * rounded, and clamped to 2 to 16. The averages have a decay of {@value #DECAY}; the first ratio is taken after {@value
 * #FIRST} steps, until which every step gets B bits. A ratio that the moments do not give, of gradients that are all equal
 * or all noise, leaves the one before. What rounding adds to the mean counts as signal, so that very few bits look better
 * than they are. With one rank, or where results are not shown ({@link #learn}), every step gets B bits.
 */
public final class AdaQs extends CountingController {

    private static final double DECAY = 0.9;
    private static final int FIRST = 10;

    private final double firstBits;
    private final BitRounding rounding;
    private double ranks;
    private double shown;
    private double local;
    private double meanSquare;
    private double localSquare;
    private boolean begun;
    private double firstLog;
    private double log;
    private double carry;

    /**
     * Makes a controller.
     *
     * @param firstBits bits of the first steps, 2 to 16
     * @param codec norm, bucket and rounding; its width is not used
     * @param rounding of the width
     */
    public AdaQs(double firstBits, Codec codec, BitRounding rounding) {
        super("adaqs:%s bit-rounding=%s; %s".formatted(firstBits, rounding, codec), codec, MIN_BITS, MAX_BITS);
        this.firstBits = MethodKind.ADAQS.requireParameter(firstBits);
        this.rounding = rounding;
    }

    @Override
    int bits(AgreedStatistics agreed) {
        ranks = agreed.ranks();
        local = agreed.rmsNorm();
        double real = Math.max(1, firstBits + firstLog - log) + carry;
        double whole = rounding.apply(real);
        carry = rounding.carry(real, whole);
        return (int) Math.clamp(whole, MIN_BITS, MAX_BITS);
    }

    @Override
    public void learn(MemorySegment mean) {
        double square = MeanVector.squaredNorm(mean);
        if (!(square < Double.POSITIVE_INFINITY && local < Double.POSITIVE_INFINITY)) {
            return;
        }
        meanSquare += (1 - DECAY) * (square - meanSquare);
        localSquare += (1 - DECAY) * (local * local - localSquare);
        shown++;
        double signal = ranks * meanSquare - localSquare;
        double noise = ranks * (localSquare - meanSquare);
        if (shown >= FIRST && signal > 0 && noise > 0) {
            log = Log2.of(signal / noise) / 2;
            firstLog = begun ? firstLog : log;
            begun = true;
        }
    }

    @Override
    void save(SequencedMap<String, Double> state) {
        state.put("ranks", ranks);
        state.put("shown", shown);
        state.put("local_norm", local);
        state.put("mean_square", meanSquare);
        state.put("local_square", localSquare);
        state.put("begun", begun ? 1.0 : 0.0);
        state.put("first_log2_ratio", firstLog);
        state.put("log2_ratio", log);
        state.put("carry", carry);
    }

    @Override
    void restore(SequencedMap<String, Double> state) {
        ranks = state.get("ranks");
        shown = state.get("shown");
        local = state.get("local_norm");
        meanSquare = state.get("mean_square");
        localSquare = state.get("local_square");
        begun = state.get("begun") != 0;
        firstLog = state.get("first_log2_ratio");
        log = state.get("log2_ratio");
        carry = state.get("carry");
    }

    @Override
    long mixState(long hash) {
        long mixed = mix(hash, begun ? 1 : 0);
        for (double value : new double[] {shown, meanSquare, localSquare, firstLog, log, carry}) {
            mixed = mix(mixed, Double.doubleToLongBits(value));
        }
        return mixed;
    }
}
