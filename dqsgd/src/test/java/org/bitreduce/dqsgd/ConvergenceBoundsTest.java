// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConvergenceBoundsTest {

    private static final ConvergenceBounds BOUNDS = new ConvergenceBounds(2, 1, 4, 8, 6, 0.1);
    private static final double[] BITS = {2, 3};
    private static final double[] NORMS = {2, 1};

    @Test
    void theorem1ByHand() {
        assertEquals(0.82, BOUNDS.alpha(), 1e-15);
        assertEquals(0.62, BOUNDS.beta(), 1e-15);
        // 0.82^2 * 3; 2 * 0.01 * 4 * (1 - 0.82^2) / (16 * 0.18); 2 * 6 * 0.01 / 12 * (0.82 * 4 / 1 + 1 / 9).
        assertEquals(2.0172 + 0.0091 + 0.0339111, BOUNDS.stronglyConvexUpper(3, BITS, NORMS), 1e-7);
        // 0.62^2 * 3; 1 * 0.01 * 4 * (1 - 0.62^2) / (16 * 0.38); 1 * 6 * 0.01 / 12 * (0.62 * 4 / 1 + 1 / 9).
        assertEquals(1.1532 + 0.00405 + 0.0129556, BOUNDS.stronglyConvexLower(3, BITS, NORMS), 1e-7);
    }

    @Test
    void theorem3ByHand() {
        // 2 * 3 / (2 * 2 * 0.1 - 2 * 2 * 0.01); 2 * 0.1 * 4 / (1.8 * 8); 2 * 6 * 0.1 / (6 * 1.8 * 2) * (4 + 1 / 9).
        assertEquals(16.6666667 + 0.0555556 + 0.2283951, BOUNDS.nonConvex(3, BITS, NORMS), 1e-6);
    }

    /** For a loss with the same curvature everywhere both bounds are equal, and are what Theorem 2 says. */
    @Test
    void allMeetForAnIsotropicQuadratic() {
        double curvature = 1.5;
        int elements = 4;
        ConvergenceBounds bounds = new ConvergenceBounds(curvature, curvature, 2, 5, elements, 0.2);
        double[] bits = {4, 3, 2, 5};
        double[] norms = {3, 2, 2, 1};
        double[] offsets = {1, -2, 0.5, 0};
        double[] eigenvalues = new double[elements];
        double[][] variances = new double[bits.length][elements];
        double gap = 0;
        for (int i = 0; i < elements; i++) {
            eigenvalues[i] = curvature;
            gap += curvature / 2 * offsets[i] * offsets[i];
            for (int n = 0; n < bits.length; n++) {
                double levels = Math.pow(2, bits[n] - 1) - 1;
                variances[n][i] = 2.0 / 5 / elements + norms[n] * norms[n] / (6 * levels * levels);
            }
        }
        double exact = ConvergenceBounds.quadratic(eigenvalues, offsets, 0.2, variances);
        assertEquals(exact, bounds.stronglyConvexUpper(gap, bits, norms), 1e-12);
        assertEquals(exact, bounds.stronglyConvexLower(gap, bits, norms), 1e-12);
    }

    /** Mean and covariance carried from step to step in a basis in which the Hessian is not diagonal. */
    @Test
    void theorem2IsTheRecursionOfMomentsInAnyBasis() {
        double[] eigenvalues = {3, 0.5};
        double rate = 0.3;
        double cos = Math.cos(0.7);
        double sin = Math.sin(0.7);
        double[][] basis = {{cos, -sin}, {sin, cos}};
        double[][] hessian = product(product(basis, new double[][] {{3, 0}, {0, 0.5}}), transposed(basis));
        double[][] step = {
            {1 - rate * hessian[0][0], -rate * hessian[0][1]}, {-rate * hessian[1][0], 1 - rate * hessian[1][1]}
        };
        double[][] noise = {{0.4, 0.1}, {0.1, 0.9}};
        double[][] second = {{4, -2}, {-2, 1}}; // x x^T of x = (2, -1)
        double[][] own = product(product(transposed(basis), noise), basis);
        double[][] variances = new double[7][];
        for (int n = 0; n < variances.length; n++) {
            double[][] added = product(product(step, second), transposed(step));
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    second[i][j] = added[i][j] + rate * rate * noise[i][j] * (n + 1);
                }
            }
            variances[n] = new double[] {own[0][0] * (n + 1), own[1][1] * (n + 1)};
        }
        double[][] energy = product(hessian, second);
        double[] offsets = {2 * cos - sin, -2 * sin - cos};
        assertEquals(
                (energy[0][0] + energy[1][1]) / 2,
                ConvergenceBounds.quadratic(eigenvalues, offsets, rate, variances),
                1e-12);
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
            }
        }
        return c;
    }

    private static double[][] transposed(double[][] a) {
        return new double[][] {{a[0][0], a[1][0]}, {a[0][1], a[1][1]}};
    }

    @Test
    void moreBitsAndLessNoiseLowerEveryBound() {
        double[] more = {4, 4};
        assertTrue(BOUNDS.stronglyConvexUpper(3, more, NORMS) < BOUNDS.stronglyConvexUpper(3, BITS, NORMS));
        assertTrue(BOUNDS.nonConvex(3, more, NORMS) < BOUNDS.nonConvex(3, BITS, NORMS));
        assertTrue(BOUNDS.stronglyConvexLower(3, BITS, NORMS) < BOUNDS.stronglyConvexUpper(3, BITS, NORMS));
        ConvergenceBounds quiet = new ConvergenceBounds(2, 1, 0, 8, 6, 0.1);
        assertTrue(quiet.nonConvex(3, BITS, NORMS) < BOUNDS.nonConvex(3, BITS, NORMS));
    }

    @Test
    void refusesWhatTheTheoremsDoNotCover() {
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(0, 0, 1, 1, 1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(1, 2, 1, 1, 1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(1, 1, -1, 1, 1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(1, 1, 1, 0, 1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(1, 1, 1, 1, 0, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new ConvergenceBounds(1, 1, 1, 1, 1, 2));
        ConvergenceBounds flat = new ConvergenceBounds(1, 0, 1, 1, 1, 0.1);
        assertThrows(IllegalArgumentException.class, () -> flat.stronglyConvexUpper(1, BITS, NORMS));
        ConvergenceBounds fast = new ConvergenceBounds(1, 0.1, 1, 1, 1, 1);
        var e = assertThrows(IllegalArgumentException.class, () -> fast.stronglyConvexLower(1, BITS, NORMS));
        assertTrue(e.getMessage().contains("beta=-0.9"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> BOUNDS.nonConvex(1, BITS, 1));
        assertThrows(IllegalArgumentException.class, () -> BOUNDS.nonConvex(1, new double[0]));
        assertThrows(
                IllegalArgumentException.class,
                () -> ConvergenceBounds.quadratic(new double[2], new double[1], 0.1, new double[2]));
    }
}
