// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitreduce.bench.train.data.LabelledBags;
import org.junit.jupiter.api.Test;

class EmbeddingBagClassifierTest {

    private static final int WORDS = 7;
    private static final int DIMENSION = 5;
    private static final int CLASSES = 3;
    /** The second bag is empty, the third has a word twice. */
    private static final LabelledBags BAGS =
            new LabelledBags(new int[] {0, 3, 3, 7}, new int[] {0, 1, 2, 3, 3, 5, 6}, new int[] {2, 0, 1});

    private static final int[] EXAMPLES = {2, 0, 1};

    private final EmbeddingBagClassifier model = new EmbeddingBagClassifier(WORDS, DIMENSION, CLASSES);
    private final int count = (int) model.parameterCount();

    private MemorySegment randomParameters() {
        MemorySegment parameters = floats();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < count; i++) {
            parameters.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        return parameters;
    }

    private MemorySegment floats() {
        return MemorySegment.ofArray(new float[count]);
    }

    /** Mean loss in double, from the definition. */
    private static double loss(double[] p) {
        double loss = 0;
        for (int example : EXAMPLES) {
            int start = BAGS.starts()[example];
            int end = BAGS.starts()[example + 1];
            double[] logits = new double[CLASSES];
            for (int c = 0; c < CLASSES; c++) {
                logits[c] = p[(WORDS + CLASSES) * DIMENSION + c];
                for (int w = start; w < end; w++) {
                    for (int d = 0; d < DIMENSION; d++) {
                        logits[c] +=
                                p[BAGS.words()[w] * DIMENSION + d] / (end - start) * p[(WORDS + c) * DIMENSION + d];
                    }
                }
            }
            double sum = 0;
            for (double logit : logits) {
                sum += Math.exp(logit);
            }
            loss += Math.log(sum) - logits[BAGS.labels()[example]];
        }
        return loss / EXAMPLES.length;
    }

    private double[] doubles(MemorySegment vector) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = vector.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
        return values;
    }

    @Test
    void gradientIsTheSlopeOfTheLoss() {
        MemorySegment parameters = randomParameters();
        MemorySegment gradient = floats();
        Score score = model.addGradient(parameters, gradient, BAGS, EXAMPLES, 0, EXAMPLES.length);
        double[] at = doubles(parameters);
        assertEquals(loss(at), score.lossSum() / 3, 1e-6);
        for (int i = 0; i < count; i++) {
            double h = 1e-5;
            double value = at[i];
            at[i] = value + h;
            double up = loss(at);
            at[i] = value - h;
            double slope = (up - loss(at)) / (2 * h);
            at[i] = value;
            assertEquals(slope, gradient.getAtIndex(ValueLayout.JAVA_FLOAT, i), 1e-6, "parameter " + i);
        }
    }

    @Test
    void gradientIsAddedAndTouchesOnlyWordsThatOccur() {
        MemorySegment parameters = randomParameters();
        MemorySegment gradient = floats().fill((byte) 0x3f);
        float before = gradient.getAtIndex(ValueLayout.JAVA_FLOAT, 0);
        model.addGradient(parameters, gradient, BAGS, EXAMPLES, 0, EXAMPLES.length);
        for (int d = 0; d < DIMENSION; d++) {
            assertEquals(before, gradient.getAtIndex(ValueLayout.JAVA_FLOAT, 4 * DIMENSION + d), "word 4 never occurs");
            assertTrue(before != gradient.getAtIndex(ValueLayout.JAVA_FLOAT, 3 * DIMENSION + d), "word 3 occurs");
        }
    }

    /** Many examples and words, so that examples come in several groups and embeddings in several layers. */
    @Test
    void layerByLayerGivesTheSameBits() {
        int words = 9_000;
        int dimension = 40;
        var large = new EmbeddingBagClassifier(words, dimension, 6);
        SplittableRandom random = new SplittableRandom(3);
        int[] starts = IntStream.rangeClosed(0, 150).map(i -> 50 * i).toArray();
        int[] text = random.ints(starts[150], 0, words).toArray();
        LabelledBags bags =
                new LabelledBags(starts, text, random.ints(150, 0, 6).toArray());
        int[] examples = random.ints(150, 0, 150).toArray();
        MemorySegment parameters = MemorySegment.ofArray(new float[(int) large.parameterCount()]);
        large.initialize(parameters, 8);
        MemorySegment whole = MemorySegment.ofArray(new float[(int) large.parameterCount()]);
        Score expected = large.addGradient(parameters, whole, bags, examples, 0, 150);

        List<Layer> layers = large.layers();
        assertEquals(List.of("output", "embeddings0", "embeddings1", "embeddings2"), names(layers));
        assertEquals(
                large.parameterCount(), layers.stream().mapToLong(Layer::count).sum());
        MemorySegment gradient = MemorySegment.ofArray(new float[(int) large.parameterCount()]);
        List<Layer> complete = new ArrayList<>();
        Score score = large.addGradientByLayers(parameters, gradient, bags, examples, 0, 150, layer -> {
            complete.add(layer);
            assertEquals(-1, layer.of(whole).mismatch(layer.of(gradient)), layer::name);
            // Taken away by an all-reduce in place: what comes later must not look at it.
            layer.of(gradient).fill((byte) 0x7f);
        });
        assertEquals(expected, score);
        assertEquals(layers, complete);
        for (long i = 0; i < gradient.byteSize(); i++) {
            assertEquals(
                    0x7f, gradient.get(ValueLayout.JAVA_BYTE, i), "every byte belongs to a layer that is complete");
        }
    }

    private static List<String> names(List<Layer> layers) {
        return layers.stream().map(Layer::name).toList();
    }

    @Test
    void evaluationAgreesWithTraining() {
        MemorySegment parameters = randomParameters();
        Score trained = model.addGradient(parameters, floats(), BAGS, new int[] {0, 1, 2}, 0, 3);
        assertEquals(trained, model.evaluate(parameters, BAGS, 0, 3));
        assertEquals(new Score(0, 0, 0), model.evaluate(parameters, BAGS, 1, 1));
    }

    @Test
    void initialParametersDependOnTheSeedAlone() {
        MemorySegment first = floats();
        MemorySegment second = floats().fill((byte) 0x55);
        model.initialize(first, 3);
        model.initialize(second, 3);
        assertEquals(-1, first.mismatch(second));
        model.initialize(second, 4);
        assertTrue(first.mismatch(second) >= 0);
        assertEquals(0, first.getAtIndex(ValueLayout.JAVA_FLOAT, count - 1), "biases begin at 0");
    }

    @Test
    void hugeLogitsGiveFiniteLosses() {
        MemorySegment parameters = floats();
        parameters.setAtIndex(ValueLayout.JAVA_FLOAT, count - 1L, 1e30f);
        Score score = model.evaluate(parameters, BAGS, 0, 3);
        assertTrue(Double.isFinite(score.lossSum()), score.toString());
        assertEquals(1, score.right());
    }

    @Test
    void shapesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new EmbeddingBagClassifier(0, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new EmbeddingBagClassifier(1, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new EmbeddingBagClassifier(1, 1, 1));
    }
}
