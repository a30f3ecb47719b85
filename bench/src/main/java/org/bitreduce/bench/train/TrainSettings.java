// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.bench.train.data.Task;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.text.Names;

/**
 * What a training run is made of. Immutable and complete: no value is left to a default.
 *
 * @param task what is learnt
 * @param data where the user's data is, or null
 * @param method how gradients are compressed
 * @param mode arithmetic of the all-reduce, or null for the usual one
 * @param order of the sums of plain all-reduces
 * @param overlap whether layers are all-reduced one by one, while the gradient of the next is computed
 * @param dimension floats per word
 * @param epochs passes over the training set, at least 1
 * @param batch examples per rank and step, at least 1
 * @param learningRate the greatest
 * @param momentum 0 to below 1
 * @param weightDecay 0 to below 1
 * @param seed of initial parameters, order of examples and rounding
 * @param checkpointEvery steps between checkpoints, 0 for none
 * @param deadline longest wait for other ranks in one call
 * @param record what is recorded, or null for nothing
 */
record TrainSettings(
        Task task,
        Path data,
        Method method,
        Mode mode,
        Order order,
        boolean overlap,
        int dimension,
        int epochs,
        int batch,
        double learningRate,
        double momentum,
        double weightDecay,
        long seed,
        int checkpointEvery,
        Duration deadline,
        RecordSettings record) {

    /** Most ranks of a run. */
    static final int MAX_RANKS = 64;

    private static final long MOST_SLOPES = 1 << 28;

    TrainSettings {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(method, "method");
        Checks.range("epochs", epochs, 1, 100_000);
        Checks.range("batch", batch, 1, 1_000_000);
        Checks.range("dim", dimension, 1, 4_096);
        Checks.range("checkpoint-every", checkpointEvery, 0, Integer.MAX_VALUE);
        Checks.range("lr", learningRate, Double.MIN_VALUE, 1e6);
        Checks.range("momentum", momentum, 0, Math.nextDown(1.0));
        Checks.range("weight-decay", weightDecay, 0, Math.nextDown(1.0));
        if (overlap && (long) batch * dimension > MOST_SLOPES) {
            throw new IllegalArgumentException(
                    "--overlap=on holds --dim floats per example of a batch, at most %d together: batch=%d, dim=%d; choose --overlap=off"
                            .formatted(MOST_SLOPES, batch, dimension));
        }
    }

    /**
     * Checks whether the collective can carry the method, before ranks are started.
     *
     * @param ranks number of ranks
     * @throws IllegalArgumentException if not, saying why
     */
    void requireCarried(int ranks) {
        Checks.range("np", ranks, 1, MAX_RANKS);
        Codec codec = method.controller(1).codec().prototype();
        String refusal = Rules.refusal(mode, codec, ranks);
        if (refusal == null && method.errorFeedback() && method.isVote()) {
            refusal = "votes have no scale, so nothing is left for error feedback: use ef-signsgd";
        }
        if (refusal != null) {
            throw new IllegalArgumentException("%s; method=%s, mode=%s, np=%d"
                    .formatted(refusal, method, mode == null ? "usual" : Names.of(mode), ranks));
        }
    }

    /**
     * {@return all that a run's result depends on, one {@code name=value} per line: equal texts, equal results}
     *
     * @param ranks number of ranks
     * @param dataFingerprint checksum of the data
     */
    String identity(int ranks, long dataFingerprint) {
        return """
                task=%s
                data=%016x
                method=%s
                mode=%s
                order=%s
                overlap=%s
                np=%d
                dim=%d
                epochs=%d
                batch=%d
                lr=%s
                momentum=%s
                weight-decay=%s
                seed=%d
                """.formatted(
                        task.name(),
                        dataFingerprint,
                        method,
                        mode == null ? "usual" : mode,
                        Names.of(order),
                        overlap ? "on" : "off",
                        ranks,
                        dimension,
                        epochs,
                        batch,
                        learningRate,
                        momentum,
                        weightDecay,
                        seed);
    }

    TrainSettings withSeed(long other) {
        return new TrainSettings(
                task,
                data,
                method,
                mode,
                order,
                overlap,
                dimension,
                epochs,
                batch,
                learningRate,
                momentum,
                weightDecay,
                other,
                checkpointEvery,
                deadline,
                record);
    }
}
