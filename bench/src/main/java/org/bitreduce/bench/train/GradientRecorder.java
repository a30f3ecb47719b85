// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingShape;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** Records one rank's gradients, as they are before any transform, feedback or rounding. Confined to the run's thread. */
final class GradientRecorder implements AutoCloseable {

    private final RecordingFile file;
    private final RecordingPreparation made;
    private final int rank;
    private final long count;
    private long step;
    private long written;

    private GradientRecorder(RecordingFile file, RecordingPreparation made, int rank, long step) {
        this.file = file;
        this.made = made;
        this.rank = rank;
        this.count = file.shape().count();
        this.step = step;
    }

    /**
     * Locks the file on rank 0, makes it or has it go on, and opens it on all.
     *
     * @param exchange of the ranks
     * @param wanted what to record
     * @param own what the recording of the whole run has
     * @param start whether there may have been an earlier attempt
     * @param done steps that are not made again, those of the checkpoint that the run goes on from
     * @return open until it is closed
     * @throws LaunchException on all ranks if the file would be too large, if another run is recording to it, or if it
     *     cannot be made
     */
    static GradientRecorder begin(
            GradientExchange exchange, RecordSettings wanted, RecordingFile.Header own, Saving.Start start, long done)
            throws IOException {
        requireRoom(wanted, own.shape(), own.settings());
        RecordingPreparation made = new RecordingPreparation(wanted.file(), own, start, done);
        try {
            Complaint.ifAnyFails(exchange, () -> {
                if (exchange.rank() == 0) {
                    made.prepare();
                }
            });
            return new GradientRecorder(RecordingFile.open(wanted.file(), true), made, exchange.rank(), done);
        } catch (IOException | RuntimeException e) {
            made.unlock();
            throw e;
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
                "recording %,d steps of %d ranks, %,d floats each: %.1f MB%s",
                shape.steps(),
                shape.ranks(),
                shape.count(),
                shape.fileBytes(file.settings().getBytes(StandardCharsets.UTF_8).length) / 1e6,
                made.news().isEmpty() ? "" : "; " + made.news());
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
    public void close() throws IOException {
        file.close();
        made.unlock();
    }
}
