// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.CallOptions;
import org.bitreduce.Mode;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.dqsgd.ErrorFeedback;
import org.bitreduce.dqsgd.Method;

/**
 * All that changes while a rank trains. Confined to one thread. Parameters and gradient lie in memory of the exchange,
 * the rest in memory of its own.
 */
final class TrainState implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    final MemorySegment parameters;
    final MemorySegment gradient;
    final MemorySegment velocity;
    /** Null without error feedback. */
    final ErrorFeedback memory;

    /** In the order in which a step completes their gradients. */
    final List<TrainLayer> layers;

    /** Null if nothing is recorded. */
    GradientRecorder recorder;

    History history;
    /** Steps done. */
    int step;
    /** Nanoseconds of training before this process took over. */
    long earlierNanos;
    /** Bytes that this rank sent before this process took over. */
    long earlierSentBytes;
    /** Arithmetic of the latest all-reduce; null before the first. */
    Mode mode;

    /**
     * Allocates all vectors.
     *
     * @param exchange whose memory parameters and gradient lie in
     * @param cut the model's layers, each float in exactly one
     * @param method of compression
     * @param steps of the whole run
     * @param options of all all-reduces
     */
    TrainState(GradientExchange exchange, List<Layer> cut, Method method, int steps, CallOptions options) {
        long count = cut.stream().mapToLong(Layer::count).sum();
        long bytes = count * Float.BYTES;
        parameters = exchange.allocate(bytes);
        gradient = exchange.allocate(bytes);
        velocity = arena.allocate(bytes, 64);
        memory = method.errorFeedback() ? new ErrorFeedback(count) : null;
        history = new History(cut.size());
        layers = cut.stream()
                .map(layer -> new TrainLayer(
                        layer,
                        layer.of(parameters),
                        layer.of(gradient),
                        layer.of(velocity),
                        memory == null ? options : options.withResidual(layer.of(memory.residual())),
                        method.controller(steps)))
                .toList();
    }

    @Override
    public void close() throws IOException {
        if (memory != null) {
            memory.close();
        }
        try (arena) {
            if (recorder != null) {
                recorder.close();
            }
        }
    }
}
