// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model that is trained by gradients: all parameters are one vector of floats, and so is the gradient; both are the
 * caller's. Equal parameters and examples give equal bits on every machine. Confined to one thread.
 *
 * @param <E> a set of examples
 */
public interface Classifier<E> {

    /** {@return the number of floats in the parameters, and in the gradient} */
    long parameterCount();

    /** {@return all parameters as one layer} */
    default Layer whole() {
        return new Layer("model", 0, parameterCount());
    }

    /** {@return the layers in the order in which a backward pass completes them} */
    List<Layer> layers();

    /**
     * Writes initial parameters.
     *
     * @param parameters parameterCount() floats, overwritten
     * @param seed equal seeds give equal bits
     */
    void initialize(MemorySegment parameters, long seed);

    /**
     * Adds the gradient of the mean loss of some examples.
     *
     * @param parameters parameterCount() floats, read
     * @param gradient parameterCount() floats, added to
     * @param set holds the examples
     * @param examples indices into the set
     * @param from first of the examples used
     * @param to end of the examples used, exclusive
     * @return the sum of losses and the number of right answers
     */
    Score addGradient(MemorySegment parameters, MemorySegment gradient, E set, int[] examples, int from, int to);

    /**
     * Adds the same gradient with the same bits, and tells when each of the {@link #layers} is complete, before it goes on
     * with the next one.
     *
     * @param parameters parameterCount() floats, read
     * @param gradient parameterCount() floats, added to; a layer that is complete is not touched any more
     * @param set holds the examples
     * @param examples indices into the set
     * @param from first of the examples used
     * @param to end of the examples used, exclusive
     * @param complete is told
     * @return the sum of losses and the number of right answers
     */
    Score addGradientByLayers(
            MemorySegment parameters,
            MemorySegment gradient,
            E set,
            int[] examples,
            int from,
            int to,
            Consumer<Layer> complete);

    /**
     * Measures without learning.
     *
     * @param parameters parameterCount() floats, read
     * @param set holds the examples
     * @param from first example
     * @param to end of the examples, exclusive
     * @return the sum of losses and the number of right answers
     */
    Score evaluate(MemorySegment parameters, E set, int from, int to);
}
