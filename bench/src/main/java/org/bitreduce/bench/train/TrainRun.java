// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.bitreduce.CallOptions;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.bench.train.data.LabelledBags;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.model.EmbeddingBagClassifier;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.model.LearningRate;
import org.bitreduce.bench.train.model.Momentum;
import org.bitreduce.bench.train.model.Score;

/**
 * Synchronous data-parallel training on one rank: local gradient, all-reduce, the same update everywhere. All ranks hold
 * the same parameters after every step, which is proved at the start and at the end. Confined to one thread.
 */
final class TrainRun {

    /** Operations before the first step are padded to this number, so that a resumed run can skip to its own. */
    private static final long FIRST_OPERATION = 16;

    private final GradientExchange exchange;
    private final TextData data;
    private final TrainSettings settings;
    private final Progress progress;
    private final EmbeddingBagClassifier model;
    private final Momentum optimizer;
    private final BatchOrder order;
    private final int steps;
    private final LearningRate rate;
    private long startNanos;

    TrainRun(GradientExchange exchange, TextData data, TrainSettings settings, Progress progress) {
        this.exchange = exchange;
        this.data = data;
        this.settings = settings;
        this.progress = progress;
        model = new EmbeddingBagClassifier(
                data.words(), settings.dimension(), data.classes().size());
        optimizer = new Momentum((float) settings.momentum(), (float) settings.weightDecay());
        order = new BatchOrder(data.train().size(), settings.batch(), exchange.size(), settings.seed());
        steps = Math.multiplyExact(order.stepsPerEpoch(), settings.epochs());
        rate = new LearningRate(settings.learningRate(), steps);
    }

    /**
     * Trains to the end.
     *
     * @param checkpoints folder for them, or null to write none
     * @param resume whether to go on from the newest checkpoint there
     * @return the same on all ranks, but for the history's times and bytes
     */
    TrainResult run(Path checkpoints, boolean resume) throws IOException {
        String identity = settings.identity(exchange.size(), data.fingerprint());
        RankTable.requireEqual(exchange, "the training data (its checksums)", data.fingerprint());
        RankTable.requireEqual(exchange, "the settings of the run (their checksums)", checksum(identity));
        var store = checkpoints == null ? null : new CheckpointStore(checkpoints, exchange.rank(), exchange.size());
        Checkpoints saver = store == null ? null : new Checkpoints(store, exchange, identity);
        try (TrainState state = newState()) {
            long firstOperation = FIRST_OPERATION;
            if (resume) {
                firstOperation = saver.load(state);
            } else {
                model.initialize(state.parameters, settings.seed());
            }
            requireEqualParameters("first", state.parameters);
            exchange.resumeAt(firstOperation);
            return train(state, saver);
        }
    }

    private TrainState newState() {
        List<Layer> layers = settings.overlap() ? model.layers() : List.of(model.whole());
        CallOptions options = CallOptions.DEFAULT.withMode(settings.mode());
        return new TrainState(exchange, layers, settings.method(), steps, options);
    }

    private TrainResult train(TrainState state, Checkpoints saver) throws IOException {
        startNanos = System.nanoTime() - state.earlierNanos;
        int perEpoch = order.stepsPerEpoch();
        int[] examples = null;
        while (state.step < steps) {
            int epoch = state.step / perEpoch;
            if (examples == null || state.step % perEpoch == 0) {
                examples = order.shuffled(epoch);
            }
            step(state, examples, state.step % perEpoch);
            progress.step(state, steps, epoch);
            if (state.step % perEpoch == 0) {
                endEpoch(state, epoch);
            }
            if (saver != null && settings.checkpointEvery() > 0 && state.step % settings.checkpointEvery() == 0) {
                saver.save(state, System.nanoTime() - startNanos);
            }
        }
        return result(state);
    }

    private void step(TrainState state, int[] examples, int stepOfEpoch) {
        long start = System.nanoTime();
        state.gradient.fill((byte) 0);
        StepAverages averages = new StepAverages(exchange, settings, state.layers);
        Score score = addGradient(state, examples, order.start(stepOfEpoch, exchange.rank()), averages);
        float rateNow = rate.at(state.step);
        averages.finish(layer -> optimizer.step(layer.parameters(), layer.velocity(), layer.gradient(), rateNow));
        long compute = System.nanoTime() - start - averages.awaitedNanos();
        state.step++;
        state.mode = averages.mode();
        state.history.add(
                averages.layerBits(),
                score.lossSum(),
                (double) score.right(),
                averages.norm(),
                averages.bits(),
                averages.scale(),
                (double) averages.sentBytes(),
                compute / 1e3,
                averages.codecNanos() / 1e3,
                averages.communicationNanos() / 1e3);
    }

    /** Adds this rank's gradient of a step; the averages hear of each layer that is complete. */
    private Score addGradient(TrainState state, int[] examples, int from, StepAverages averages) {
        LabelledBags bags = data.train();
        int to = from + settings.batch();
        if (settings.overlap()) {
            return model.addGradientByLayers(
                    state.parameters, state.gradient, bags, examples, from, to, layer -> averages.begin());
        }
        Score score = model.addGradient(state.parameters, state.gradient, bags, examples, from, to);
        averages.begin();
        return score;
    }

    private void endEpoch(TrainState state, int epoch) {
        int perEpoch = order.stepsPerEpoch();
        state.history.settle(exchange, perEpoch);
        LabelledBags test = data.test();
        int from = (int) ((long) test.size() * exchange.rank() / exchange.size());
        int to = (int) ((long) test.size() * (exchange.rank() + 1) / exchange.size());
        Score score = model.evaluate(state.parameters, test, from, to);
        double[] sums = {score.lossSum(), score.right()};
        exchange.sum(sums);
        double seen = (double) perEpoch * settings.batch() * exchange.size();
        int first = state.step - perEpoch;
        History.Epoch result = new History.Epoch(
                state.history.sum(first, state.step, Column.LOSS_SUM) / seen,
                state.history.sum(first, state.step, Column.RIGHT) / seen,
                sums[0] / test.size(),
                sums[1] / test.size());
        state.history.add(result);
        progress.epoch(epoch, result);
    }

    private TrainResult result(TrainState state) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        byte[] digest = requireEqualParameters("final", state.parameters);
        long gradientBytes = (long) state.history.sum(0, state.step, Column.BYTES);
        return new TrainResult(
                model.parameterCount(),
                Ranks.describe(exchange, gradientBytes, state.earlierSentBytes),
                exchange.transportName(),
                state.mode,
                state.layers.stream().map(TrainLayer::layer).toList(),
                state.history,
                seconds,
                Digest.hex(digest));
    }

    private byte[] requireEqualParameters(String which, MemorySegment parameters) {
        byte[] digest = Digest.sha256(parameters);
        RankTable.requireEqual(exchange, "the %s parameters (their SHA-256)".formatted(which), Digest.words(digest));
        return digest;
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** {@return the number of steps of the whole run} */
    int steps() {
        return steps;
    }
}
