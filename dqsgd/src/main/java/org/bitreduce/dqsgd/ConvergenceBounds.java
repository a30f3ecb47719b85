// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

/**
 * What DQ-SGD's theorems say of a run whose widths and gradient norms are known: Theorem 1 (strongly convex losses, from
 * above and below), Theorem 2 (quadratic losses, exact) and Theorem 3 (losses that are not convex). All take the noise of
 * rounding from Proposition 1, {@code d ||g||^2 / (6 s^2)} with {@code s = 2^(B-1) - 1}: an average over positions between
 * levels, as in the paper.
 *
 * @param smoothness L, positive
 * @param convexity mu, 0 to L; 0 for losses that are not strongly convex
 * @param variance sigma^2 of one example's gradient around the true one, at least 0
 * @param batch K, examples per gradient, at least 1
 * @param elements d, of the gradient, at least 1
 * @param learningRate eta, above 0 and below 2 / L
 */
public record ConvergenceBounds(
        double smoothness, double convexity, double variance, long batch, long elements, double learningRate) {

    /** Checks the ranges. */
    public ConvergenceBounds {
        FormulaController.requirePositive("smoothness", smoothness);
        FormulaController.requirePositive("learningRate", learningRate);
        require(convexity >= 0 && convexity <= smoothness, "convexity must be 0 to smoothness", "convexity", convexity);
        require(
                variance >= 0 && variance < Double.POSITIVE_INFINITY,
                "variance must not be negative",
                "variance",
                variance);
        require(batch >= 1, "a batch has at least 1 example", "batch", (double) batch);
        require(elements >= 1, "a gradient has at least 1 element", "elements", (double) elements);
        require(
                learningRate * smoothness < 2,
                "the learning rate must be below 2 / smoothness",
                "learningRate",
                learningRate);
    }

    /** {@return alpha = 1 - 2 mu eta + L mu eta^2, what is left of the gap after a step at most} */
    public double alpha() {
        return 1 - 2 * convexity * learningRate + smoothness * convexity * learningRate * learningRate;
    }

    /** {@return beta = 1 - 2 L eta + L mu eta^2, what is left of the gap after a step at least} */
    public double beta() {
        return 1 - 2 * smoothness * learningRate + smoothness * convexity * learningRate * learningRate;
    }

    /**
     * {@return Theorem 1: the most that F(x^N) can be expected to lie above its minimum}
     *
     * @param gap F(x^0) above its minimum, not negative
     * @param bits one per step, more than 1
     * @param norms of the gradients, one per step, of the order that the quantizer scales by
     */
    public double stronglyConvexUpper(double gap, double[] bits, double... norms) {
        return gapAfter(smoothness, alpha(), gap, bits, norms);
    }

    /**
     * {@return Theorem 1: the least that F(x^N) can be expected to lie above its minimum}
     *
     * @param gap F(x^0) above its minimum, not negative
     * @param bits one per step, more than 1
     * @param norms of the gradients, one per step
     * @throws IllegalArgumentException if {@link #beta} is negative: the theorem says nothing then
     */
    public double stronglyConvexLower(double gap, double[] bits, double... norms) {
        require(beta() >= 0, "the learning rate is too great for a lower bound, beta is negative", "beta", beta());
        return gapAfter(convexity, beta(), gap, bits, norms);
    }

    private double gapAfter(double curvature, double left, double gap, double[] bits, double... norms) {
        requireStronglyConvex();
        requireSteps(bits, norms);
        int steps = norms.length;
        double rateSquared = learningRate * learningRate;
        double kept = StrictMath.pow(left, steps);
        double sampling = curvature * rateSquared * variance * (1 - kept) / (2 * batch * (1 - left));
        double rounding = curvature * elements * rateSquared / 12 * BitSchedule.error(left, bits, norms);
        return kept * gap + sampling + rounding;
    }

    /**
     * {@return Theorem 2: what F(x^N) of a quadratic loss is expected to lie above its minimum, exactly} In the basis of
     * the Hessian's eigenvectors, where only the diagonal of the noise's covariance counts.
     *
     * @param eigenvalues of the Hessian, h_i, not negative
     * @param offsets x^0 - x* in that basis
     * @param learningRate eta
     * @param variances of the gradient noise (of sampling and rounding) in that basis, a row per step
     */
    public static double quadratic(double[] eigenvalues, double[] offsets, double learningRate, double[]... variances) {
        require(eigenvalues.length == offsets.length, "an offset per eigenvalue is needed", "offsets", offsets.length);
        int steps = variances.length;
        double gap = 0;
        for (int i = 0; i < eigenvalues.length; i++) {
            double rho = 1 - learningRate * eigenvalues[i];
            double start = StrictMath.pow(rho, steps) * offsets[i];
            double noise = 0;
            for (int n = 0; n < steps; n++) {
                require(variances[n].length == eigenvalues.length, "a variance per eigenvalue is needed", "step", n);
                noise += StrictMath.pow(rho, 2.0 * (steps - 1 - n)) * variances[n][i];
            }
            gap += eigenvalues[i] / 2 * (start * start + learningRate * learningRate * noise);
        }
        return gap;
    }

    /**
     * {@return Theorem 3: the most that the mean over the steps of ||grad F||^2 can be expected to be}
     *
     * @param gap F(x^0) above its minimum, not negative
     * @param bits one per step, more than 1
     * @param norms of the gradients, one per step
     */
    public double nonConvex(double gap, double[] bits, double... norms) {
        requireSteps(bits, norms);
        int steps = norms.length;
        double slack = 2 - smoothness * learningRate;
        double start = 2 * gap / (steps * learningRate * slack);
        double sampling = smoothness * learningRate * variance / (slack * batch);
        double rounding = smoothness * elements * learningRate / (6 * slack * steps);
        return start + sampling + rounding * BitSchedule.error(1, bits, norms);
    }

    private void requireStronglyConvex() {
        require(
                convexity > 0,
                "Theorem 1 is on strongly convex losses: convexity must be positive",
                "convexity",
                convexity);
    }

    private static void requireSteps(double[] bits, double... norms) {
        require(
                bits.length == norms.length && norms.length > 0,
                "a width and a norm per step are needed, %d norms are given".formatted(norms.length),
                "widths",
                bits.length);
    }

    private static void require(boolean condition, String problem, String name, double value) {
        if (!condition) {
            throw new IllegalArgumentException("%s: %s=%s".formatted(problem, name, value));
        }
    }
}
