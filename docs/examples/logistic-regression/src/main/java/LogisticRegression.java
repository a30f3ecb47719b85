// SPDX-License-Identifier: Apache-2.0

import java.util.Random;
import org.bitreduce.*;

/** Data-parallel logistic regression: every rank has examples of its own, all share the gradient. */
public final class LogisticRegression {

    private static final int FEATURES = 2000;
    private static final int EXAMPLES = 500;

    /** Runs on every rank; the first argument is the number of bits, 4 if there is none. */
    public static void main(String[] args) {
        try (Communicator world = Communicator.join(args)) {
            String[] own = world.arguments();
            Codec codec = Codec.uniform(own.length > 0 ? Integer.parseInt(own[0]) : 4);
            float[] truth = gaussians(new Random(1), FEATURES);
            float[] weights = new float[FEATURES];
            Random random = new Random(100 + world.rank());
            long sent = 0;
            for (int step = 1; step <= 60; step++) {
                float[] gradient = new float[FEATURES];
                double[] right = {0};
                for (int i = 0; i < EXAMPLES; i++) {
                    float[] x = gaussians(random, FEATURES);
                    double label = dot(truth, x) > 0 ? 1 : 0;
                    double guess = 1 / (1 + Math.exp(-dot(weights, x)));
                    right[0] += Math.round(guess) == label ? 1 : 0;
                    for (int j = 0; j < FEATURES; j++) {
                        gradient[j] += (float) ((guess - label) * x[j] / EXAMPLES);
                    }
                }
                sent += world.allReduce(gradient, Reduction.MEAN, codec).wireBytes();
                world.allReduce(right, Reduction.MEAN);
                for (int j = 0; j < FEATURES; j++) {
                    weights[j] -= 0.5f * gradient[j];
                }
                if (step % 20 == 0 && world.rank() == 0) {
                    System.out.printf("step %d: %.1f %% right, %d bytes%n", step, 100 * right[0] / EXAMPLES, sent);
                }
            }
        }
    }

    private static float[] gaussians(Random random, int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
