// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
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
public final class EmbeddingBagClassifier implements Classifier<LabelledBags> {

    /** Floats as the collectives carry them. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Embeddings are cut into layers of at most so many floats, so that there is something to overlap. */
    private static final long LAYER_FLOATS = 1 << 17;

    /** Examples whose slopes are held at a time. */
    private static final int GROUP = 64;

    private final int words;
    private final int dimension;
    private final int classes;
    private final float[] hidden;
    private final float[] hiddenGradient;
    private final float[] probabilities;
    /** The slopes of the embeddings' means, {@code dimension} floats per example. */
    private float[] slopes;

    private double lossSum;
    private int right;

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
        slopes = new float[GROUP * dimension];
    }

    /** {@inheritDoc} The output layer (weights and biases), then the embeddings in blocks of rows. */
    @Override
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer("output", weightsStart(), parameterCount() - weightsStart()));
        long rows = Math.max(1, LAYER_FLOATS / dimension);
        for (long row = 0; row < words; row += rows) {
            long count = Math.min(rows, words - row) * dimension;
            layers.add(new Layer("embeddings" + (row / rows), row * dimension, count));
        }
        return layers;
    }

    @Override
    public long parameterCount() {
        return (long) (words + classes) * dimension + classes;
    }

    /** {@inheritDoc} Small random embeddings and weights, biases 0. */
    @Override
    public void initialize(MemorySegment parameters, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long weights = weightsStart();
        for (long i = 0; i < parameterCount(); i++) {
            double range = i < weights ? 1.0 / dimension : 1 / StrictMath.sqrt(dimension);
            double value = i < biasesStart() ? range * (2 * random.nextDouble() - 1) : 0;
            parameters.setAtIndex(FLOAT, i, (float) value);
        }
    }

    /** {@inheritDoc} Only rows of words that occur are touched. */
    @Override
    public Score addGradient(
            MemorySegment parameters, MemorySegment gradient, LabelledBags bags, int[] examples, int from, int to) {
        beginScore();
        float share = 1f / (to - from);
        for (int group = from; group < to; group += GROUP) {
            int end = Math.min(to, group + GROUP);
            addToOutputLayer(parameters, gradient, bags, examples, group, end, share);
            addToWords(gradient, bags, examples, group, end, 0, words);
        }
        return new Score(lossSum, right, to - from);
    }

    /** {@inheritDoc} Holds {@code dimension} floats per example. */
    @Override
    public Score addGradientByLayers(
            MemorySegment parameters,
            MemorySegment gradient,
            LabelledBags bags,
            int[] examples,
            int from,
            int to,
            Consumer<Layer> complete) {
        beginScore();
        if (slopes.length / dimension < to - from) {
            slopes = new float[Math.multiplyExact(to - from, dimension)];
        }
        List<Layer> layers = layers();
        addToOutputLayer(parameters, gradient, bags, examples, from, to, 1f / (to - from));
        complete.accept(layers.getFirst());
        for (Layer layer : layers.subList(1, layers.size())) {
            int firstWord = (int) (layer.start() / dimension);
            int endWord = (int) ((layer.start() + layer.count()) / dimension);
            addToWords(gradient, bags, examples, from, to, firstWord, endWord);
            complete.accept(layer);
        }
        return new Score(lossSum, right, to - from);
    }

    private void beginScore() {
        lossSum = 0;
        right = 0;
    }

    /** The first half of the backward pass: all but the embeddings, whose slopes are kept. */
    private void addToOutputLayer(
            MemorySegment parameters,
            MemorySegment gradient,
            LabelledBags bags,
            int[] examples,
            int from,
            int to,
            float share) {
        for (int i = from; i < to; i++) {
            int example = examples[i];
            int label = bags.labels()[example];
            int answer = forward(parameters, bags, example);
            lossSum -= StrictMath.log(Math.max(probabilities[label], Float.MIN_NORMAL));
            right += answer == label ? 1 : 0;
            backward(parameters, gradient, label, share);
            System.arraycopy(hiddenGradient, 0, slopes, (i - from) * dimension, dimension);
        }
    }

    /** The second half, for some of the words: each row's sum runs in the order of the examples. */
    private void addToWords(
            MemorySegment gradient, LabelledBags bags, int[] examples, int from, int to, int firstWord, int endWord) {
        for (int i = from; i < to; i++) {
            int start = bags.starts()[examples[i]];
            int end = bags.starts()[examples[i] + 1];
            float wordShare = 1f / Math.max(1, end - start);
            for (int d = 0; d < dimension; d++) {
                hiddenGradient[d] = slopes[(i - from) * dimension + d] * wordShare;
            }
            for (int w = start; w < end; w++) {
                int word = bags.words()[w];
                if (word >= firstWord && word < endWord) {
                    addToRow(hiddenGradient, gradient, (long) word * dimension);
                }
            }
        }
    }

    @Override
    public Score evaluate(MemorySegment parameters, LabelledBags bags, int from, int to) {
        beginScore();
        for (int i = from; i < to; i++) {
            int label = bags.labels()[i];
            right += forward(parameters, bags, i) == label ? 1 : 0;
            lossSum -= StrictMath.log(Math.max(probabilities[label], Float.MIN_NORMAL));
        }
        return new Score(lossSum, right, to - from);
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

    private void backward(MemorySegment parameters, MemorySegment gradient, int label, float share) {
        Arrays.fill(hiddenGradient, 0);
        for (int c = 0; c < classes; c++) {
            float slope = (probabilities[c] - (c == label ? 1 : 0)) * share;
            long row = weightsStart() + (long) c * dimension;
            for (int d = 0; d < dimension; d++) {
                hiddenGradient[d] += slope * parameters.getAtIndex(FLOAT, row + d);
                add(gradient, row + d, slope * hidden[d]);
            }
            add(gradient, biasesStart() + c, slope);
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
