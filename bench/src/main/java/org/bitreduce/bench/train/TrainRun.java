// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.bitreduce.CallOptions;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.model.LearningRate;
import org.bitreduce.bench.train.model.Momentum;
import org.bitreduce.bench.train.model.Score;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingShape;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StoppedException;

/**
 * Synchronous data-parallel training on one rank: local gradient, all-reduce, the same update everywhere. All ranks hold
 * the same parameters after every step, which is proved at the start and at the end. Confined to one thread.
 */
final class TrainRun {

    /** Operations before the first step are padded to this number, so that a resumed run can skip to its own. */
    private static final long FIRST_OPERATION = 16;

    private final GradientExchange exchange;
    private final TaskData data;
    private final TrainSettings settings;
    private final Progress progress;
    private final Workload<?> work;
    private final Momentum optimizer;
    private final BatchOrder order;
    private final int steps;
    private final LearningRate rate;
    private long startNanos;

    TrainRun(GradientExchange exchange, TaskData data, TrainSettings settings, Progress progress) {
        this.exchange = exchange;
        this.data = data;
        this.settings = settings;
        this.progress = progress;
        work = Workload.of(data, settings.dimension());
        optimizer = new Momentum((float) settings.momentum(), (float) settings.weightDecay());
        order = new BatchOrder(data.trainSize(), settings.batch(), exchange.size(), settings.seed());
        steps = Math.multiplyExact(order.stepsPerEpoch(), settings.epochs());
        rate = new LearningRate(settings.learningRate(), steps);
    }

    /**
     * Trains to the end.
     *
     * @param saving where and whether checkpoints are written, and who may stop the run
     * @return the same on all ranks, but for the history's times and bytes
     * @throws StoppedException on all ranks if it was asked to stop; a checkpoint of this place was written
     * @throws LaunchException on all ranks if one cannot write a checkpoint, or there will be no place for any, and older ones
     *     are as they were; or if one cannot read the checkpoint to go on from, or it is of another run
     * @throws IOException if the recording cannot be made
     */
    TrainResult run(Saving saving) throws IOException {
        String identity = settings.identity(exchange.size(), data.fingerprint());
        RankTable.requireEqual(exchange, "the training data (its checksums)", data.fingerprint());
        RankTable.requireEqual(exchange, "the settings of the run (their checksums)", checksum(identity));
        Checkpoints saver = saver(saving, identity);
        try (TrainState state = newState()) {
            if (saver != null) {
                saver.requireRoom(state, steps);
            }
            long firstOperation = saving.start() == Saving.Start.NEW ? 0 : saver.load(state, saving.start());
            if (firstOperation == 0) {
                firstOperation = FIRST_OPERATION;
                work.model().initialize(state.parameters, settings.seed());
            }
            if (settings.record() != null) {
                beginRecording(state, identity, saving.start());
            }
            requireEqualParameters("first", state.parameters);
            exchange.resumeAt(firstOperation);
            return train(state, saver, new StopRound(exchange, saving.stop()));
        }
    }

    /** Of a run that goes on from a checkpoint the recording goes on, too. */
    private void beginRecording(TrainState state, String identity, Saving.Start start) throws IOException {
        RecordSettings wanted = settings.record();
        RecordingShape shape = new RecordingShape(
                exchange.size(),
                Math.ceilDiv(steps, wanted.every()),
                wanted.every(),
                work.model().parameterCount(),
                settings.seed());
        RecordingFile.Header own = new RecordingFile.Header(shape, identity);
        state.recorder = GradientRecorder.begin(exchange, wanted, own, start, state.step);
        progress.note(state.recorder.announcement());
    }

    private Checkpoints saver(Saving saving, String identity) {
        if (saving.checkpoints() == null) {
            return null;
        }
        var store = new CheckpointStore(saving.checkpoints(), exchange.rank(), exchange.size(), saving.keep());
        return new Checkpoints(store, exchange, identity, progress);
    }

    private TrainState newState() {
        List<Layer> layers = settings.overlap()
                ? work.model().layers()
                : List.of(work.model().whole());
        CallOptions options = CallOptions.DEFAULT.withMode(settings.mode()).withOrder(settings.order());
        return new TrainState(exchange, layers, settings.method(), steps, options);
    }

    private TrainResult train(TrainState state, Checkpoints saver, StopRound round) {
        startNanos = System.nanoTime() - state.earlierNanos;
        int perEpoch = order.stepsPerEpoch();
        int[] examples = null;
        Complaint unsaved = Complaint.NONE;
        while (state.step < steps) {
            long operation = exchange.nextOperation();
            String reason = round.agree(unsaved);
            if (!reason.isEmpty()) {
                throw stopped(state, saver, operation, reason);
            }
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
                // Told in the next round, so that a checkpoint takes no collective: their numbers decide the draws.
                unsaved =
                        Complaint.of(() -> saver.save(state, System.nanoTime() - startNanos, exchange.nextOperation()));
            }
        }
        round.agree(unsaved);
        return result(state);
    }

    private StoppedException stopped(TrainState state, Checkpoints saver, long operation, String reason) {
        if (saver != null) {
            // mpirun may kill the others as soon as one has ended: all have saved by then
            Complaint.ifAnyFails(exchange, () -> saver.save(state, System.nanoTime() - startNanos, operation));
        }
        return new StoppedException("stopped after step %d of %d by %s".formatted(state.step, steps, reason));
    }

    private void step(TrainState state, int[] examples, int stepOfEpoch) {
        long start = System.nanoTime();
        state.gradient.fill((byte) 0);
        StepAverages averages = new StepAverages(exchange, settings, state.layers, state.recorder);
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
        int to = from + settings.batch();
        if (settings.overlap()) {
            return work.addGradientByLayers(
                    state.parameters, state.gradient, examples, from, to, layer -> averages.begin());
        }
        Score score = work.addGradient(state.parameters, state.gradient, examples, from, to);
        averages.begin();
        return score;
    }

    private void endEpoch(TrainState state, int epoch) {
        int perEpoch = order.stepsPerEpoch();
        state.history.settle(exchange, perEpoch);
        int count = data.testSize();
        int from = (int) ((long) count * exchange.rank() / exchange.size());
        int to = (int) ((long) count * (exchange.rank() + 1) / exchange.size());
        Score score = work.evaluate(state.parameters, from, to);
        double[] sums = {score.lossSum(), score.right()};
        exchange.sum(sums);
        double seen = (double) perEpoch * settings.batch() * exchange.size();
        int first = state.step - perEpoch;
        History.Epoch result = new History.Epoch(
                state.history.sum(first, state.step, Column.LOSS_SUM) / seen,
                state.history.sum(first, state.step, Column.RIGHT) / seen,
                sums[0] / count,
                sums[1] / count);
        state.history.add(result);
        progress.epoch(epoch, result);
    }

    private TrainResult result(TrainState state) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        byte[] digest = requireEqualParameters("final", state.parameters);
        long gradientBytes = (long) state.history.sum(0, state.step, Column.BYTES);
        return new TrainResult(
                work.model().parameterCount(),
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
