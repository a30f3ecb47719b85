// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingShape;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** Records one rank's gradients, as they are before any transform, feedback or rounding. Confined to the run's thread. */
final class GradientRecorder implements AutoCloseable {

    private final RecordingFile file;
    private final int rank;
    private final long count;
    private long step;
    private long written;

    private GradientRecorder(RecordingFile file, int rank) {
        this.file = file;
        this.rank = rank;
        this.count = file.shape().count();
    }

    /**
     * Makes the file on rank 0, and opens it on all. What an earlier attempt at the same run left unfinished is replaced;
     * no other file is touched.
     *
     * @param exchange of the ranks
     * @param wanted what to record
     * @param steps of the whole run
     * @param count floats of a gradient
     * @param settings of the run
     * @param identity its settings as text
     * @param start whether there may have been an earlier attempt
     * @return open until it is closed
     * @throws LaunchException on all ranks if the file would be too large, or if it cannot be made
     */
    static GradientRecorder begin(
            GradientExchange exchange,
            RecordSettings wanted,
            long steps,
            long count,
            TrainSettings settings,
            String identity,
            Saving.Start start)
            throws IOException {
        RecordingShape shape = new RecordingShape(
                exchange.size(), Math.ceilDiv(steps, wanted.every()), wanted.every(), count, settings.seed());
        requireRoom(wanted, shape, identity);
        IOException failure = null;
        if (exchange.rank() == 0) {
            try {
                make(wanted.file(), new RecordingFile.Header(shape, identity), start);
            } catch (IOException e) {
                failure = e;
            }
        }
        long[] failed = {failure == null ? 0 : 1};
        exchange.sum(failed);
        if (failed[0] > 0) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT,
                    "the recording %s cannot be made: %s"
                            .formatted(wanted.file(), failure == null ? "see rank 0" : OutputFile.reason(failure)),
                    failure);
        }
        return new GradientRecorder(RecordingFile.open(wanted.file(), true), exchange.rank());
    }

    private static void make(Path file, RecordingFile.Header header, Saving.Start start) throws IOException {
        if (Files.exists(file)) {
            String stranger = start == Saving.Start.NEW ? "there is a file already" : stranger(file, header);
            if (!stranger.isEmpty()) {
                throw new IOException(stranger + "; choose another --record, or remove it");
            }
            Files.delete(file); // first: the disk need not have room for two
        }
        RecordingFile.create(file, header.shape(), header.settings());
    }

    /** {@return why a file is not what an earlier attempt at this run left; empty if it is} */
    private static String stranger(Path file, RecordingFile.Header own) throws IOException {
        RecordingFile.Header there;
        try {
            there = RecordingFile.header(file);
        } catch (IOException e) {
            return "there is a file already that this run has not made: " + e.getMessage();
        }
        String difference = Checks.difference(there.settings(), own.settings());
        if (difference.isEmpty() && !there.shape().equals(own.shape())) {
            difference = "it has %s, this run has %s".formatted(there.shape(), own.shape());
        }
        if (!difference.isEmpty()) {
            return "there is a recording of another run already: " + difference;
        }
        return isComplete(file) ? "there is a finished recording already" : "";
    }

    private static boolean isComplete(Path file) throws IOException {
        try (RecordingFile recording = RecordingFile.open(file, false)) {
            return recording.wholeSteps() == recording.shape().steps();
        }
    }

    private static void requireRoom(RecordSettings wanted, RecordingShape shape, String identity) {
        int text = identity.getBytes(StandardCharsets.UTF_8).length;
        double megabytes = shape.fileBytes(text) / 1e6;
        if (megabytes > wanted.limitMegabytes()) {
            long every = (long) Math.ceil(wanted.every() * megabytes / wanted.limitMegabytes());
            throw new LaunchException(
                    ExitCode.USAGE,
                    String.format(
                            Locale.ROOT,
                            "the recording of %d steps of %d ranks would have %.0f MB, the limit is %d MB: try --record-every %d, or a larger --record-limit",
                            shape.steps(),
                            shape.ranks(),
                            megabytes,
                            wanted.limitMegabytes(),
                            every));
        }
    }

    /** {@return what is said before anything is written} */
    String announcement() {
        RecordingShape shape = file.shape();
        return String.format(
                Locale.ROOT,
                "recording %,d steps of %d ranks, %,d floats each: %.1f MB",
                shape.steps(),
                shape.ranks(),
                shape.count(),
                shape.fileBytes(file.settings().getBytes(StandardCharsets.UTF_8).length) / 1e6);
    }

    /** A layer's gradient is complete on this rank. */
    void add(Layer layer, MemorySegment gradient) {
        int every = file.shape().every();
        if (step % every == 0) {
            layer.of(file.gradient(step / every, rank)).copyFrom(gradient);
        }
        written += layer.count();
        if (written == count) {
            if (step % every == 0) {
                file.commit(step / every, rank, step + 1);
            }
            written = 0;
            step++;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
