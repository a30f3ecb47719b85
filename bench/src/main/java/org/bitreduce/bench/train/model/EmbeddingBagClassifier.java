// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitreduce.bench.train.data.LabelledBags;

/**
 * Mean of the words' embeddings, a linear layer, softmax cross-entropy. Parameters and gradient are each one vector:
 *
 * <pre>{@code
 * embeddings   words x dimension
 * weights      classes x dimension
 * biases       classes
 * }</pre>
 *
 * <p>All sums run in the order of the examples and words, without fused multiply-add and with {@link StrictMath}, so that
 * equal parameters and examples give equal bits on every machine. Confined to one thread; the vectors are the caller's.
 */
public final class EmbeddingBagClassifier {

    /** Floats as the collectives carry them. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int words;
    private final int dimension;
    private final int classes;
    private final float[] hidden;
    private final float[] hiddenGradient;
    private final float[] probabilities;

    /**
     * Makes a model's shape; the parameters stay with the caller.
     *
     * @param words number of words, at least 1
     * @param dimension floats per word, at least 1
     * @param classes at least 2
     */
    public EmbeddingBagClassifier(int words, int dimension, int classes) {
        if (words < 1 || dimension < 1 || classes < 2) {
            throw new IllegalArgumentException(
                    "a model needs words >= 1, dimension >= 1, classes >= 2: words=%d, dimension=%d, classes=%d"
                            .formatted(words, dimension, classes));
        }
        this.words = words;
        this.dimension = dimension;
        this.classes = classes;
        hidden = new float[dimension];
        hiddenGradient = new float[dimension];
        probabilities = new float[classes];
    }

    /** {@return the number of floats in the parameters, and in the gradient} */
    public long parameterCount() {
        return (long) (words + classes) * dimension + classes;
    }

    /**
     * Writes initial parameters: small random embeddings and weights, biases 0.
     *
     * @param parameters parameterCount() floats, overwritten
     * @param seed equal seeds give equal bits
     */
    public void initialize(MemorySegment parameters, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long weights = weightsStart();
        for (long i = 0; i < parameterCount(); i++) {
            double range = i < weights ? 1.0 / dimension : 1 / StrictMath.sqrt(dimension);
            double value = i < biasesStart() ? range * (2 * random.nextDouble() - 1) : 0;
            parameters.setAtIndex(FLOAT, i, (float) value);
        }
    }

    /**
     * Adds the gradient of the mean loss of some examples.
     *
     * @param parameters parameterCount() floats, read
     * @param gradient parameterCount() floats, added to; only rows of words that occur are touched
     * @param bags holds the examples
     * @param examples indices into the bags
     * @param from first of the examples used
     * @param to end of the examples used, exclusive
     * @return the sum of losses and the number of right answers
     */
    public Score addGradient(
            MemorySegment parameters, MemorySegment gradient, LabelledBags bags, int[] examples, int from, int to) {
        double loss = 0;
        int right = 0;
        float share = 1f / (to - from);
        for (int i = from; i < to; i++) {
            int example = examples[i];
            int label = bags.labels()[example];
            int answer = forward(parameters, bags, example);
            loss -= StrictMath.log(Math.max(probabilities[label], Float.MIN_NORMAL));
            right += answer == label ? 1 : 0;
            backward(parameters, gradient, bags, example, share);
        }
        return new Score(loss, right, to - from);
    }

    /**
     * Measures without learning.
     *
     * @param parameters parameterCount() floats, read
     * @param bags holds the examples
     * @param from first example
     * @param to end of the examples, exclusive
     * @return the sum of losses and the number of right answers
     */
    public Score evaluate(MemorySegment parameters, LabelledBags bags, int from, int to) {
        double loss = 0;
        int right = 0;
        for (int i = from; i < to; i++) {
            int label = bags.labels()[i];
            right += forward(parameters, bags, i) == label ? 1 : 0;
            loss -= StrictMath.log(Math.max(probabilities[label], Float.MIN_NORMAL));
        }
        return new Score(loss, right, to - from);
    }

    /** Computes the hidden vector and the probabilities. {@return the likeliest class, the first of equals} */
    private int forward(MemorySegment parameters, LabelledBags bags, int example) {
        int start = bags.starts()[example];
        int end = bags.starts()[example + 1];
        Arrays.fill(hidden, 0);
        for (int w = start; w < end; w++) {
            addRow(parameters, (long) bags.words()[w] * dimension, hidden);
        }
        float share = 1f / Math.max(1, end - start);
        for (int d = 0; d < dimension; d++) {
            hidden[d] *= share;
        }
        int best = 0;
        for (int c = 0; c < classes; c++) {
            long row = weightsStart() + (long) c * dimension;
            float sum = parameters.getAtIndex(FLOAT, biasesStart() + c);
            for (int d = 0; d < dimension; d++) {
                sum += parameters.getAtIndex(FLOAT, row + d) * hidden[d];
            }
            probabilities[c] = sum;
            best = sum > probabilities[best] ? c : best;
        }
        softmax(probabilities[best]);
        return best;
    }

    private void softmax(float greatest) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double exponential = StrictMath.exp(probabilities[c] - greatest);
            probabilities[c] = (float) exponential;
            sum += exponential;
        }
        for (int c = 0; c < classes; c++) {
            probabilities[c] = (float) (probabilities[c] / sum);
        }
    }

    private void backward(
            MemorySegment parameters, MemorySegment gradient, LabelledBags bags, int example, float share) {
        Arrays.fill(hiddenGradient, 0);
        for (int c = 0; c < classes; c++) {
            float slope = (probabilities[c] - (c == bags.labels()[example] ? 1 : 0)) * share;
            long row = weightsStart() + (long) c * dimension;
            for (int d = 0; d < dimension; d++) {
                hiddenGradient[d] += slope * parameters.getAtIndex(FLOAT, row + d);
                add(gradient, row + d, slope * hidden[d]);
            }
            add(gradient, biasesStart() + c, slope);
        }
        int start = bags.starts()[example];
        int end = bags.starts()[example + 1];
        float wordShare = 1f / Math.max(1, end - start);
        for (int d = 0; d < dimension; d++) {
            hiddenGradient[d] *= wordShare;
        }
        for (int w = start; w < end; w++) {
            addToRow(hiddenGradient, gradient, (long) bags.words()[w] * dimension);
        }
    }

    private static void addRow(MemorySegment vector, long start, float[] sum) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += vector.getAtIndex(FLOAT, start + d);
        }
    }

    private static void addToRow(float[] addend, MemorySegment vector, long start) {
        for (int d = 0; d < addend.length; d++) {
            add(vector, start + d, addend[d]);
        }
    }

    private static void add(MemorySegment vector, long index, float value) {
        vector.setAtIndex(FLOAT, index, vector.getAtIndex(FLOAT, index) + value);
    }

    private long weightsStart() {
        return (long) words * dimension;
    }

    private long biasesStart() {
        return weightsStart() + (long) classes * dimension;
    }
}
