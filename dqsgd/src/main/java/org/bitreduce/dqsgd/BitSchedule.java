// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.function.DoubleUnaryOperator;

/**
 * The mathematics of DQ-SGD for norms that are known or assumed in advance. The error of a schedule is {@code sum over n
 * of w_n / s_n^2} with {@code w_n = alpha^(N-1-n) ||g_n||^2} and {@code s_n = 2^(B_n - 1) - 1}.
 */
public final class BitSchedule {

    private BitSchedule() {}

    /**
     * {@return the alpha whose widths rise by half a bit from the first step to the last, under a constant norm: {@code
     * 2^(-1 / steps)}} Theory gives {@code alpha = 1 - 2 mu eta + L mu eta^2}, of which neither constant is known in
     * practice; a fixed number would do nothing in a short run and starve the beginning of a long one, while this one
     * does the same to both. It is near 1, the rule for non-convex losses, because a norm that falls and an alpha that
     * wants more bits late work against each other.
     *
     * @param steps of the run, at least 1
     */
    public static double defaultAlpha(long steps) {
        return StrictMath.pow(2, -1.0 / requireSteps(steps));
    }

    /**
     * {@return the real-valued widths of equation 18}
     *
     * @param k levels per sign and unit of norm
     * @param alpha in (0, 1]
     * @param norms one per step
     */
    public static double[] realBits(double k, double alpha, double... norms) {
        double[] bits = new double[norms.length];
        for (int n = 0; n < norms.length; n++) {
            double levels = k * StrictMath.pow(alpha, (norms.length - n) / 2.0) * norms[n];
            bits[n] = Log2.of(levels + 1) + 1;
        }
        return bits;
    }

    /**
     * {@return the k of equation 18 for which the real-valued widths have a given average, by bisection}
     *
     * @param averageBits more than 1
     * @param alpha in (0, 1]
     * @param norms one per step, at least one of them positive
     */
    public static double solveK(double averageBits, double alpha, double... norms) {
        requireAlpha(alpha);
        if (!(averageBits > 1 && averageBits <= 64)) {
            throw new IllegalArgumentException("the average must be more than 1 bit: averageBits=" + averageBits);
        }
        boolean anyPositive = false;
        for (double norm : norms) {
            if (!(norm >= 0 && norm < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("norms must be finite and not negative: norm=" + norm);
            }
            anyPositive |= norm > 0;
        }
        if (!anyPositive) {
            throw new IllegalArgumentException("at least one norm must be positive: norms=" + norms.length);
        }
        return bisect(k -> sum(realBits(k, alpha, norms)) - averageBits * norms.length);
    }

    /**
     * {@return the k of the dual problem, as few bits as possible for an error bound: {@code sqrt(N L d eta^2 / (12
     * epsilon))}}
     *
     * @param steps N, of the run
     * @param smoothness L, of the loss
     * @param elements d, of the gradient
     * @param learningRate eta
     * @param epsilon how much quantisation may add to the expected loss, positive
     */
    public static double dualK(long steps, double smoothness, long elements, double learningRate, double epsilon) {
        FormulaController.requirePositive("epsilon", epsilon);
        return StrictMath.sqrt(
                requireSteps(steps) * smoothness * elements * learningRate * learningRate / (12 * epsilon));
    }

    /**
     * {@return the weighted error of a schedule, {@code sum of w_n / s_n^2}}
     *
     * @param alpha in (0, 1]
     * @param bits one per step, more than 1
     * @param norms one per step
     */
    public static double error(double alpha, double[] bits, double... norms) {
        double sum = 0;
        for (int n = 0; n < norms.length; n++) {
            double levels = StrictMath.pow(2, bits[n] - 1) - 1;
            sum += weight(alpha, n, norms) / (levels * levels);
        }
        return sum;
    }

    /**
     * {@return how much smaller the error is than with equal widths and the same total, for many levels: the arithmetic
     * mean of the weights over their geometric mean, at least 1}
     *
     * @param alpha in (0, 1]
     * @param norms one per step, positive
     */
    public static double gain(double alpha, double... norms) {
        double sum = 0;
        double logs = 0;
        for (int n = 0; n < norms.length; n++) {
            double weight = weight(alpha, n, norms);
            sum += weight;
            logs += StrictMath.log(weight);
        }
        return sum / norms.length / StrictMath.exp(logs / norms.length);
    }

    static double requireAlpha(double alpha) {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must be more than 0 and at most 1: alpha=" + alpha);
        }
        return alpha;
    }

    static long requireSteps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a run has at least 1 step: steps=" + steps);
        }
        return steps;
    }

    private static double weight(double alpha, int step, double[] norms) {
        return StrictMath.pow(alpha, norms.length - 1.0 - step) * norms[step] * norms[step];
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** Finds the zero of a rising function by bisecting the exponent, to the last bits of a double. */
    private static double bisect(DoubleUnaryOperator rising) {
        double low = -1000;
        double high = 1000;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (rising.applyAsDouble(StrictMath.pow(2, middle)) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return StrictMath.pow(2, high);
    }
}
