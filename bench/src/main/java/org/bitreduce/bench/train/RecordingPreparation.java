// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.recording.Gaps;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingLock;

/** What becomes of the file of a recording before a run's first step. For one rank of the run; confined to its thread. */
final class RecordingPreparation {

    private final Path file;
    private final RecordingFile.Header own;
    private final Saving.Start start;
    private final long done;
    private RecordingLock lock;
    private String news = "";

    /**
     * Says what is to be done.
     *
     * @param file where the recording goes
     * @param own header of this run's
     * @param start whether there may have been an earlier attempt at the run
     * @param done steps that this attempt does not make again: those of the checkpoint that it goes on from
     */
    RecordingPreparation(Path file, RecordingFile.Header own, Saving.Start start, long done) {
        this.file = file;
        this.own = own;
        this.start = start;
        this.done = done;
    }

    /**
     * Locks the file, and makes a new one, also in place of one that an earlier attempt left before its first checkpoint,
     * or has the earlier attempt's go on. No other file is touched.
     *
     * @throws IOException if another run is recording to the file, if it is another's, or if it cannot be made
     */
    void prepare() throws IOException {
        try {
            lock = RecordingLock.take(file);
            news = madeReady();
        } catch (IOException e) {
            throw new IOException("the recording %s cannot be made: %s".formatted(file, OutputFile.reason(e)), e);
        }
    }

    /** {@return what the user should know; may be empty} */
    String news() {
        return news;
    }

    /** Gives the lock back, if it was taken. */
    void unlock() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    private String madeReady() throws IOException {
        boolean there = Files.exists(file);
        if (there) {
            requireOwn();
        }
        if (there && done > 0) {
            return goOn();
        }
        Files.deleteIfExists(file); // first: the disk need not have room for two
        RecordingFile.create(file, own.shape(), own.settings());
        return lacking(Gaps.text(List.of(), doneIndexes(), own.shape().every()));
    }

    private void requireOwn() throws IOException {
        String stranger = start == Saving.Start.NEW ? "there is a file already" : stranger();
        if (!stranger.isEmpty()) {
            throw new IOException(stranger + "; choose another --record, or remove it");
        }
    }

    /** {@return why the file is not what an earlier attempt at this run left; empty if it is} */
    private String stranger() throws IOException {
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
        return done == 0 && isComplete() ? "there is a finished recording already" : "";
    }

    private boolean isComplete() throws IOException {
        try (RecordingFile recording = RecordingFile.open(file, false)) {
            return recording.whole().size() == recording.shape().steps();
        }
    }

    /** Later steps stay until they are made again, with the same bits; what an end of the machine has torn is cleared. */
    private String goOn() throws IOException {
        try (RecordingFile recording = RecordingFile.open(file, true)) {
            List<Long> whole = recording.keepWhole(doneIndexes());
            return lacking(Gaps.text(whole, doneIndexes(), own.shape().every()));
        }
    }

    /** {@return how many recorded steps lie before the first one of this attempt} */
    private long doneIndexes() {
        return Math.ceilDiv(done, own.shape().every());
    }

    private String lacking(String gaps) {
        if (done == 0) {
            return "";
        }
        return "the recording goes on after step %d%s"
                .formatted(done, gaps.isEmpty() ? "" : "; it lacks " + gaps + ", which nobody has recorded");
    }
}
