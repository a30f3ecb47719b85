// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.bitreduce.bench.train.model.EmbeddingBagClassifier.FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bitreduce.bench.train.data.LabelledImages;

/**
 * Fully connected layers with rectified linear units between them, softmax cross-entropy. Of each layer the vectors hold
 * the weights, inputs x outputs, then the biases; layers from input to output.
 *
 * <p>Every sum runs in the order of inputs or examples, without fused multiply-add: loops run over outputs, so that they
 * can be made vector code without another order.
 */
public final class Perceptron implements Classifier<LabelledImages> {

    /** Examples whose activations are held at a time. */
    private static final int GROUP = 64;

    private final int[] units;
    private final long[] starts;
    private final float offset;
    private final float scale;
    /** Of each layer, the values of all examples in hand: the input's first. After the backward pass, their slopes. */
    private final float[][] values;

    private double lossSum;
    private int right;

    /**
     * Makes a model's shape; the parameters stay with the caller.
     *
     * @param offset what is subtracted from a pixel, before
     * @param scale what it is multiplied by
     * @param units number of inputs, of units of each hidden layer, of classes; each at least 1
     */
    public Perceptron(float offset, float scale, int... units) {
        if (units.length < 2 || Arrays.stream(units).min().orElse(0) < 1) {
            throw new IllegalArgumentException(
                    "a perceptron needs inputs and classes, each at least 1: units=" + Arrays.toString(units));
        }
        this.units = units.clone();
        this.offset = offset;
        this.scale = scale;
        starts = new long[units.length];
        for (int layer = 1; layer < units.length; layer++) {
            starts[layer] = starts[layer - 1] + (units[layer - 1] + 1L) * units[layer];
        }
        values = new float[units.length][0];
    }

    @Override
    public long parameterCount() {
        return starts[units.length - 1];
    }

    @Override
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int layer = units.length - 1; layer > 0; layer--) {
            String name = layer == units.length - 1 ? "output" : "hidden" + layer;
            layers.add(new Layer(name, starts[layer - 1], starts[layer] - starts[layer - 1]));
        }
        return layers;
    }

    /** {@inheritDoc} Weights are uniform with a variance of 2 / inputs (He et al., 2015), biases 0. */
    @Override
    public void initialize(MemorySegment parameters, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int layer = 1; layer < units.length; layer++) {
            double range = StrictMath.sqrt(6.0 / units[layer - 1]);
            for (long i = starts[layer - 1]; i < starts[layer]; i++) {
                double value = i < biases(layer) ? range * (2 * random.nextDouble() - 1) : 0;
                parameters.setAtIndex(FLOAT, i, (float) value);
            }
        }
    }

    @Override
    public Score addGradient(
            MemorySegment parameters, MemorySegment gradient, LabelledImages set, int[] examples, int from, int to) {
        beginScore();
        for (int group = from; group < to; group += GROUP) {
            int end = Math.min(to, group + GROUP);
            pass(parameters, gradient, set, Arrays.copyOfRange(examples, group, end), 1f / (to - from), layer -> {});
        }
        return new Score(lossSum, right, to - from);
    }

    @Override
    public Score addGradientByLayers(
            MemorySegment parameters,
            MemorySegment gradient,
            LabelledImages set,
            int[] examples,
            int from,
            int to,
            Consumer<Layer> complete) {
        beginScore();
        pass(parameters, gradient, set, Arrays.copyOfRange(examples, from, to), 1f / (to - from), complete);
        return new Score(lossSum, right, to - from);
    }

    @Override
    public Score evaluate(MemorySegment parameters, LabelledImages set, int from, int to) {
        beginScore();
        for (int group = from; group < to; group += GROUP) {
            int[] examples = IntStream.range(group, Math.min(to, group + GROUP)).toArray();
            forward(parameters, set, examples);
            toSlopes(set, examples, 0);
        }
        return new Score(lossSum, right, to - from);
    }

    private void beginScore() {
        lossSum = 0;
        right = 0;
    }

    private void pass(
            MemorySegment parameters,
            MemorySegment gradient,
            LabelledImages set,
            int[] examples,
            float share,
            Consumer<Layer> complete) {
        forward(parameters, set, examples);
        toSlopes(set, examples, share);
        List<Layer> layers = layers();
        for (int layer = units.length - 1; layer > 0; layer--) {
            addToLayer(gradient, layer, examples.length);
            if (layer > 1) {
                slopesBefore(parameters, layer, examples.length);
            }
            complete.accept(layers.get(units.length - 1 - layer));
        }
    }

    private void forward(MemorySegment parameters, LabelledImages set, int[] examples) {
        for (int layer = 0; layer < units.length; layer++) {
            int floats = Math.multiplyExact(examples.length, units[layer]);
            if (values[layer].length < floats) {
                values[layer] = new float[floats];
            }
        }
        for (int e = 0; e < examples.length; e++) {
            long image = (long) examples[e] * units[0];
            for (int i = 0; i < units[0]; i++) {
                values[0][e * units[0] + i] = ((set.pixels().get(JAVA_BYTE, image + i) & 0xff) - offset) * scale;
            }
            for (int layer = 1; layer < units.length; layer++) {
                activate(parameters, layer, e);
            }
        }
    }

    private void activate(MemorySegment parameters, int layer, int example) {
        int inputs = units[layer - 1];
        int outputs = units[layer];
        float[] out = values[layer];
        int at = example * outputs;
        MemorySegment.copy(parameters, FLOAT, biases(layer) * Float.BYTES, out, at, outputs);
        for (int i = 0; i < inputs; i++) {
            float input = values[layer - 1][example * inputs + i];
            if (input != 0) {
                addRow(parameters, starts[layer - 1] + (long) i * outputs, input, out, at, outputs);
            }
        }
        for (int j = 0; layer < units.length - 1 && j < outputs; j++) {
            out[at + j] = Math.max(0, out[at + j]);
        }
    }

    private static void addRow(MemorySegment weights, long row, float factor, float[] out, int at, int count) {
        for (int j = 0; j < count; j++) {
            out[at + j] += factor * weights.getAtIndex(FLOAT, row + j);
        }
    }

    /** Makes the outputs the slopes of the loss, and counts the score. */
    private void toSlopes(LabelledImages set, int[] examples, float share) {
        int classes = units[units.length - 1];
        float[] out = values[units.length - 1];
        for (int e = 0; e < examples.length; e++) {
            int at = e * classes;
            int label = set.labels()[examples[e]];
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = out[at + c] > out[at + best] ? c : best;
            }
            float greatest = out[at + best];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += StrictMath.exp(out[at + c] - greatest);
            }
            lossSum += StrictMath.log(sum) - (out[at + label] - greatest);
            right += best == label ? 1 : 0;
            for (int c = 0; c < classes; c++) {
                double probability = StrictMath.exp(out[at + c] - greatest) / sum;
                out[at + c] = (float) (probability - (c == label ? 1 : 0)) * share;
            }
        }
    }

    private void addToLayer(MemorySegment gradient, int layer, int examples) {
        int inputs = units[layer - 1];
        int outputs = units[layer];
        for (int e = 0; e < examples; e++) {
            for (int i = 0; i < inputs; i++) {
                float input = values[layer - 1][e * inputs + i];
                if (input != 0) {
                    addToRow(
                            gradient,
                            starts[layer - 1] + (long) i * outputs,
                            input,
                            values[layer],
                            e * outputs,
                            outputs);
                }
            }
            addToRow(gradient, biases(layer), 1, values[layer], e * outputs, outputs);
        }
    }

    private static void addToRow(MemorySegment gradient, long row, float factor, float[] slopes, int at, int count) {
        for (int j = 0; j < count; j++) {
            gradient.setAtIndex(FLOAT, row + j, gradient.getAtIndex(FLOAT, row + j) + factor * slopes[at + j]);
        }
    }

    /** Makes the values of the layer before a layer their slopes: 0 where the unit was off. */
    private void slopesBefore(MemorySegment parameters, int layer, int examples) {
        int inputs = units[layer - 1];
        int outputs = units[layer];
        for (int e = 0; e < examples; e++) {
            for (int i = 0; i < inputs; i++) {
                float sum = 0;
                long row = starts[layer - 1] + (long) i * outputs;
                for (int j = 0; j < outputs; j++) {
                    sum += parameters.getAtIndex(FLOAT, row + j) * values[layer][e * outputs + j];
                }
                int at = e * inputs + i;
                values[layer - 1][at] = values[layer - 1][at] > 0 ? sum : 0;
            }
        }
    }

    private long biases(int layer) {
        return starts[layer] - units[layer];
    }
}
