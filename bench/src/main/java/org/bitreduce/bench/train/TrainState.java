// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bitreduce.Mode;
import org.bitreduce.dqsgd.ErrorFeedback;
import org.bitreduce.dqsgd.StepController;

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

    final StepController controller;
    History history = new History();
    /** Steps done. */
    int step;
    /** Nanoseconds of training before this process took over. */
    long earlierNanos;
    /** Bytes that this rank sent before this process took over. */
    long earlierSentBytes;
    /** Arithmetic of the latest all-reduce; null before the first. */
    Mode mode;

    TrainState(GradientExchange exchange, long count, StepController controller, boolean errorFeedback) {
        long bytes = count * Float.BYTES;
        parameters = exchange.allocate(bytes);
        gradient = exchange.allocate(bytes);
        velocity = arena.allocate(bytes, 64);
        memory = errorFeedback ? new ErrorFeedback(count) : null;
        this.controller = controller;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
        arena.close();
    }
}
