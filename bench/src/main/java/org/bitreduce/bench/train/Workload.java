// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.bitreduce.bench.train.data.ImageData;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.model.Classifier;
import org.bitreduce.bench.train.model.EmbeddingBagClassifier;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.model.Perceptron;
import org.bitreduce.bench.train.model.Score;

/**
 * A model and what it learns from and is measured on. Confined to one thread, as the model is.
 *
 * @param <E> a set of examples
 * @param model of one rank
 * @param train examples to learn from
 * @param test examples to measure on
 */
record Workload<E>(Classifier<E> model, E train, E test) {

    /**
     * {@return the model that suits the data}
     *
     * @param dimension floats per word, or units of the first hidden layer
     */
    static Workload<?> of(TaskData data, int dimension) {
        int classes = data.classes().size();
        return switch (data) {
            case TextData text ->
                new Workload<>(new EmbeddingBagClassifier(text.words(), dimension, classes), text.train(), text.test());
            case ImageData images -> {
                int features = images.train().features();
                int second = Math.max(1, dimension / 2);
                Perceptron model =
                        new Perceptron(images.offset(), images.scale(), features, dimension, second, classes);
                yield new Workload<>(model, images.train(), images.test());
            }
        };
    }

    /** Adds the gradient of some training examples. */
    Score addGradient(MemorySegment parameters, MemorySegment gradient, int[] examples, int from, int to) {
        return model.addGradient(parameters, gradient, train, examples, from, to);
    }

    /** Adds the same, layer by layer. */
    Score addGradientByLayers(
            MemorySegment parameters,
            MemorySegment gradient,
            int[] examples,
            int from,
            int to,
            Consumer<Layer> complete) {
        return model.addGradientByLayers(parameters, gradient, train, examples, from, to, complete);
    }

    /** Measures on some test examples. */
    Score evaluate(MemorySegment parameters, int from, int to) {
        return model.evaluate(parameters, test, from, to);
    }
}
