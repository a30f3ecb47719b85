// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitreduce.bench.train.data.LabelledImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PerceptronTest {

    private static final int[] UNITS = {7, 5, 4, 3};
    private static final float OFFSET = 100;
    private static final float SCALE = 1 / 64f;
    private static final LabelledImages SET = images(new SplittableRandom(4), 90);

    private static LabelledImages images(SplittableRandom random, int count) {
        byte[] pixels = new byte[count * UNITS[0]];
        random.nextBytes(pixels);
        pixels[3] = (byte) OFFSET; // an input of exactly 0
        MemorySegment memory = Arena.ofAuto().allocate(pixels.length);
        memory.copyFrom(MemorySegment.ofArray(pixels));
        return new LabelledImages(
                memory, UNITS[0], random.ints(count, 0, UNITS[3]).toArray());
    }

    private static Perceptron model() {
        return new Perceptron(OFFSET, SCALE, UNITS);
    }

    private static MemorySegment parameters(long seed) {
        MemorySegment parameters = Arena.ofAuto().allocate(model().parameterCount() * 4, 64);
        model().initialize(parameters, seed);
        return parameters;
    }

    /** Straight from the definition, in double. */
    private static double loss(double[] p, int[] examples, int from, int to) {
        double sum = 0;
        for (int e = from; e < to; e++) {
            double[] in = new double[UNITS[0]];
            for (int i = 0; i < in.length; i++) {
                int pixel = SET.pixels().get(ValueLayout.JAVA_BYTE, (long) examples[e] * in.length + i) & 0xff;
                in[i] = (pixel - OFFSET) * SCALE;
            }
            int at = 0;
            for (int layer = 1; layer < UNITS.length; layer++) {
                double[] out = new double[UNITS[layer]];
                for (int j = 0; j < out.length; j++) {
                    out[j] = p[at + in.length * out.length + j];
                    for (int i = 0; i < in.length; i++) {
                        out[j] += in[i] * p[at + i * out.length + j];
                    }
                    out[j] = layer < UNITS.length - 1 ? Math.max(0, out[j]) : out[j];
                }
                at += (in.length + 1) * out.length;
                in = out;
            }
            double total = 0;
            for (double value : in) {
                total += Math.exp(value);
            }
            sum += Math.log(total) - in[SET.labels()[examples[e]]];
        }
        return sum;
    }

    private static double[] doubles(MemorySegment parameters) {
        float[] floats = parameters.toArray(EmbeddingBagClassifier.FLOAT);
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    @Test
    void gradientIsThatOfFiniteDifferences() {
        MemorySegment parameters = parameters(1);
        SplittableRandom random = new SplittableRandom(6);
        for (long i = 0; i < model().parameterCount(); i++) {
            // Biases of 0 would leave units exactly at the bend of the rectifier, where there is no derivative.
            float value = parameters.getAtIndex(EmbeddingBagClassifier.FLOAT, i);
            parameters.setAtIndex(EmbeddingBagClassifier.FLOAT, i, value + random.nextFloat(-0.2f, 0.2f));
        }
        MemorySegment gradient = Arena.ofAuto().allocate(parameters.byteSize(), 64);
        int[] examples = new SplittableRandom(2).ints(200, 0, SET.size()).toArray();
        Score score = model().addGradient(parameters, gradient, SET, examples, 10, 150);
        double[] p = doubles(parameters);
        assertEquals(loss(p, examples, 10, 150), score.lossSum(), 1e-4);
        assertEquals(140, score.examples());
        double step = 1e-6;
        for (int i = 0; i < p.length; i++) {
            double value = p[i];
            p[i] = value + step;
            double more = loss(p, examples, 10, 150);
            p[i] = value - step;
            double less = loss(p, examples, 10, 150);
            p[i] = value;
            assertEquals(
                    (more - less) / (2 * step) / 140,
                    gradient.getAtIndex(EmbeddingBagClassifier.FLOAT, i),
                    2e-5,
                    "parameter " + i);
        }
    }

    @Test
    void layersGiveTheSameBitsAndAreCompleteWhenTheyAreSaidToBe() {
        MemorySegment parameters = parameters(3);
        MemorySegment whole = Arena.ofAuto().allocate(parameters.byteSize(), 64);
        MemorySegment layered = Arena.ofAuto().allocate(parameters.byteSize(), 64);
        int[] examples = new SplittableRandom(5).ints(130, 0, SET.size()).toArray();
        Perceptron model = model();
        Score score = model.addGradient(parameters, whole, SET, examples, 0, 130);
        List<Layer> told = new ArrayList<>();
        Score other = model.addGradientByLayers(parameters, layered, SET, examples, 0, 130, layer -> {
            assertEquals(-1, layer.of(whole).mismatch(layer.of(layered)), layer.name());
            told.add(layer);
        });
        assertEquals(score, other);
        assertEquals(model.layers(), told);
        assertEquals(
                List.of("output", "hidden2", "hidden1"),
                told.stream().map(Layer::name).toList());
        assertEquals(
                model.parameterCount(), told.stream().mapToLong(Layer::count).sum());
    }

    @Test
    void evaluationIsOfTheSameModelAndLearns() {
        MemorySegment parameters = parameters(7);
        int[] all = IntStream.range(0, SET.size()).toArray();
        Perceptron model = model();
        Score before = model.evaluate(parameters, SET, 20, 85);
        assertEquals(loss(doubles(parameters), all, 20, 85), before.lossSum(), 1e-4);
        MemorySegment gradient = Arena.ofAuto().allocate(parameters.byteSize(), 64);
        for (int step = 0; step < 800; step++) {
            gradient.fill((byte) 0);
            model.addGradient(parameters, gradient, SET, all, 0, all.length);
            for (long i = 0; i < model.parameterCount(); i++) {
                float next = parameters.getAtIndex(EmbeddingBagClassifier.FLOAT, i)
                        - 0.2f * gradient.getAtIndex(EmbeddingBagClassifier.FLOAT, i);
                parameters.setAtIndex(EmbeddingBagClassifier.FLOAT, i, next);
            }
        }
        assertTrue(model.evaluate(parameters, SET, 20, 85).lossSum() < before.lossSum() / 1.5);
    }

    @Test
    void initialParametersAreAFunctionOfTheSeed() {
        assertArrayEquals(doubles(parameters(1)), doubles(parameters(1)));
        assertTrue(parameters(1).mismatch(parameters(2)) >= 0);
    }

    @Test
    void refusesShapesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> new Perceptron(0, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new Perceptron(0, 1, 4, 0, 2));
    }
}
