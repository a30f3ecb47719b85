// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.train.data.SyntheticTask;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingLock;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A run is recorded, and its gradients go through the real collectives again. */
@Timeout(40)
class ReplayTest {

    private static final TextData DATA = SyntheticTask.make(240, 120);
    private static final int RANKS = 2;

    @TempDir
    private Path folder;

    private static TrainSettings settings(Path file, String... more) {
        List<String> words =
                new ArrayList<>(List.of("--task=synthetic", "--epochs=1", "--method=fp32", "--record=" + file));
        words.addAll(List.of(more));
        return TrainOptions.parse(words).settings();
    }

    private TrainResult record(Path file, String... more) throws Exception {
        TrainSettings settings = settings(file, more);
        return ThreadExchange.run(
                        RANKS, exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT).run(Saving.NONE))
                .getFirst();
    }

    /** The recorded gradients are those of the run: with them, and the optimizer, its parameters come out. */
    @Test
    void recordsEveryRanksGradientOfEachStepAndChangesNothing() throws Exception {
        TrainResult plain = record(folder.resolve("a.rec"));
        TrainResult layered = record(folder.resolve("b.rec"), "--overlap=on");
        assertEquals(plain.parametersSha256(), layered.parametersSha256());
        try (RecordingFile a = RecordingFile.open(folder.resolve("a.rec"), false);
                RecordingFile b = RecordingFile.open(folder.resolve("b.rec"), false)) {
            assertEquals(7, a.whole().size());
            assertEquals(7, b.whole().size());
            for (int step = 0; step < 7; step++) {
                float greatest = 0;
                for (int rank = 0; rank < RANKS; rank++) {
                    float[] gradient = a.gradient(step, rank).toArray(JAVA_FLOAT);
                    assertArrayEquals(gradient, b.gradient(step, rank).toArray(JAVA_FLOAT));
                    for (float value : gradient) {
                        greatest = Math.max(greatest, Math.abs(value));
                    }
                }
                assertEquals(plain.history().get(step, History.Column.NORM), greatest);
            }
        }
    }

    @Test
    void oneStepInSoManyIsRecordedAndTooMuchRefused() throws Exception {
        record(folder.resolve("every.rec"), "--record-every=3");
        try (RecordingFile file = RecordingFile.open(folder.resolve("every.rec"), false)) {
            assertEquals(3, file.whole().size());
            assertEquals(List.of(1L, 4L, 7L), List.of(file.step(0), file.step(1), file.step(2)));
        }
        LaunchException again = assertThrows(LaunchException.class, () -> record(folder.resolve("every.rec")));
        assertTrue(again.getMessage().contains("there is a file"), again::getMessage);
        List<String> large =
                List.of("--task=synthetic", "--epochs=2000", "--record=" + folder.resolve("l"), "--record-limit=1");
        TrainSettings settings = TrainOptions.parse(large).settings();
        LaunchException limit = assertThrows(
                LaunchException.class,
                () -> ThreadExchange.run(
                        RANKS, exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT).run(Saving.NONE)));
        assertTrue(limit.getMessage().contains("the limit is 1 MB: try --record-every "), limit::getMessage);
        assertFalse(Files.exists(folder.resolve("l")));
        assertThrows(
                IllegalArgumentException.class,
                () -> TrainOptions.parse(List.of("--record-every=2")).settings());
    }

    /** What a run that was killed before its first checkpoint has left is made anew, and only that. */
    @Test
    void aRunThatStartsAgainReplacesItsOwnRecordingOnly() throws Exception {
        record(folder.resolve("peace.rec"));
        Path file = folder.resolve("killed.rec");
        assertThrows(IllegalStateException.class, () -> attempt(file, Saving.Start.AUTO, killedAfter(3)));
        try (RecordingFile left = RecordingFile.open(file, false)) {
            assertTrue(left.whole().size() < 7, "the run was not killed");
        }
        LaunchException asNew =
                assertThrows(LaunchException.class, () -> attempt(file, Saving.Start.NEW, Progress.SILENT));
        assertTrue(asNew.getMessage().contains("there is a file already; choose"), asNew::getMessage);
        // Killed while its space was written out.
        Files.write(folder.resolve(".killed.rec.bitreduce-part"), new byte[100]);
        attempt(file, Saving.Start.AUTO, Progress.SILENT);
        assertEquals(-1, Files.mismatch(folder.resolve("peace.rec"), file));
        assertFalse(Files.exists(folder.resolve(".killed.rec.bitreduce-part")));
        LaunchException finished =
                assertThrows(LaunchException.class, () -> attempt(file, Saving.Start.AUTO, Progress.SILENT));
        assertTrue(finished.getMessage().contains("there is a finished recording already"), finished::getMessage);

        byte[] whole = Files.readAllBytes(file);
        LaunchException other = assertThrows(
                LaunchException.class, () -> attempt(file, Saving.Start.AUTO, Progress.SILENT, "--seed=2"));
        assertTrue(
                other.getMessage().contains("recording of another run already: it has seed=1, this run has seed=2;"),
                other::getMessage);
        LaunchException rarer = assertThrows(
                LaunchException.class, () -> attempt(file, Saving.Start.AUTO, Progress.SILENT, "--record-every=2"));
        assertTrue(rarer.getMessage().contains("another run already: it has RecordingShape["), rarer::getMessage);
        assertArrayEquals(whole, Files.readAllBytes(file));
        Path strange = Files.writeString(folder.resolve("strange.rec"), "a thesis".repeat(20));
        LaunchException foreign =
                assertThrows(LaunchException.class, () -> attempt(strange, Saving.Start.AUTO, Progress.SILENT));
        assertTrue(foreign.getMessage().contains("that this run has not made"), foreign::getMessage);
        assertEquals("a thesis".repeat(20), Files.readString(strange));
    }

    /** The recording of a run that goes on from a checkpoint goes on: as if nobody had stopped it. */
    @Test
    void aRunThatGoesOnKeepsItsRecording() throws Exception {
        for (String every : List.of("1", "3")) {
            String[] words = {"--checkpoint-every=2", "--record-every=" + every};
            Path peace = folder.resolve("peace%s.rec".formatted(every));
            record(peace, words);
            Path file = folder.resolve("killed%s.rec".formatted(every));
            Path checkpoints = folder.resolve("of" + every);
            assertThrows(
                    IllegalStateException.class,
                    () -> attempt(checkpoints, settings(file, words), Saving.Start.NEW, killedAfter(6)));
            List<String> notes = Collections.synchronizedList(new ArrayList<>());
            attempt(checkpoints, settings(file, words), Saving.Start.RESUME, notedBy(notes));
            assertNoted(notes, "; the recording goes on after step 4");
            assertEquals(-1, Files.mismatch(peace, file));
            // What comes after the newest checkpoint of a run that has ended is made again, with the same bits.
            attempt(checkpoints, settings(file, words), Saving.Start.AUTO, Progress.SILENT);
            assertEquals(-1, Files.mismatch(peace, file));
        }
    }

    /** Steps that nobody has recorded are told, and left out of a replay. */
    @Test
    void whatARecordingLacksIsTold() throws Exception {
        record(folder.resolve("peace.rec"), "--checkpoint-every=2");
        Path checkpoints = folder.resolve("checkpoints");
        TrainSettings unrecorded = TrainOptions.parse(
                        List.of("--task=synthetic", "--epochs=1", "--method=fp32", "--checkpoint-every=2"))
                .settings();
        assertThrows(
                IllegalStateException.class, () -> attempt(checkpoints, unrecorded, Saving.Start.NEW, killedAfter(3)));
        Path file = folder.resolve("late.rec");
        List<String> notes = Collections.synchronizedList(new ArrayList<>());
        attempt(checkpoints, settings(file, "--checkpoint-every=2"), Saving.Start.RESUME, notedBy(notes));
        assertNoted(notes, "goes on after step 2; it lacks steps 1 to 2, which nobody has recorded");
        try (RecordingFile late = RecordingFile.open(file, false);
                RecordingFile peace = RecordingFile.open(folder.resolve("peace.rec"), false)) {
            assertEquals(List.of(2L, 3L, 4L, 5L, 6L), late.whole());
            assertArrayEquals(
                    peace.gradient(2, 1).toArray(JAVA_FLOAT),
                    late.gradient(2, 1).toArray(JAVA_FLOAT));
            List<Replay.Row> rows = new Replay(late, late.whole()).run(Method.parse("fixed:8"), null);
            assertEquals(
                    List.of(3L, 4L, 5L, 6L, 7L),
                    rows.stream().map(Replay.Row::step).toList());
        }
        // A gradient that was torn while the run was away counts as lacking, and the next ones follow.
        try (RecordingFile torn = RecordingFile.open(file, true)) {
            torn.gradient(3, 0).setAtIndex(JAVA_FLOAT, 0, 7e7f);
        }
        attempt(checkpoints, settings(file, "--checkpoint-every=2"), Saving.Start.RESUME, notedBy(notes));
        assertNoted(notes, "after step 6; it lacks steps 1 to 2, 4,");
        try (RecordingFile late = RecordingFile.open(file, false)) {
            assertEquals(List.of(2L, 4L, 5L, 6L), late.whole());
        }
    }

    @Test
    void aRecordingOfAnotherRunIsNotGoneOnWith() throws Exception {
        Path file = folder.resolve("other.rec");
        record(file, "--seed=2");
        byte[] whole = Files.readAllBytes(file);
        Path checkpoints = folder.resolve("checkpoints");
        Path own = folder.resolve("own.rec");
        String every = "--checkpoint-every=2";
        assertThrows(
                IllegalStateException.class,
                () -> attempt(checkpoints, settings(own, every), Saving.Start.NEW, killedAfter(3)));
        LaunchException other = assertThrows(
                LaunchException.class,
                () -> attempt(checkpoints, settings(file, every), Saving.Start.RESUME, Progress.SILENT));
        assertTrue(other.getMessage().contains("recording of another run already: it has seed=2"), other::getMessage);
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void aLockIsHeldByOneAndGivenBack() throws Exception {
        Path file = folder.resolve("new/locked.rec");
        RecordingLock.take(file).close();
        try (RecordingLock held = RecordingLock.take(file)) {
            assertNotNull(held);
            IOException e = assertThrows(IOException.class, () -> RecordingLock.take(file));
            assertTrue(e.getMessage().contains("another run is recording to it"), e::getMessage);
        }
        try (var left = Files.list(file.getParent())) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** A run with checkpoints, recorded. */
    private void attempt(Path file, Saving.Start start, Progress progress, String... more) throws Exception {
        attempt(Files.createTempDirectory(folder, "checkpoints"), settings(file, more), start, progress);
    }

    private static void attempt(Path checkpoints, TrainSettings settings, Saving.Start start, Progress progress)
            throws Exception {
        Saving saving = Saving.in(checkpoints, start);
        ThreadExchange.run(RANKS, exchange -> new TrainRun(exchange, DATA, settings, progress).run(saving));
    }

    /** Ranks are threads, and rank 0 knows most. */
    private static Progress notedBy(List<String> notes) {
        return new Progress() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
    }

    private static void assertNoted(List<String> notes, String words) {
        assertTrue(notes.stream().anyMatch(note -> note.contains(words)), notes::toString);
    }

    private static Progress killedAfter(int step) {
        return new Progress() {
            @Override
            public void step(TrainState state, int steps, int epoch) {
                if (state.step == step) {
                    throw new IllegalStateException("killed");
                }
            }
        };
    }

    @Test
    void replaysAnyMethodOnTheSameGradients() throws Exception {
        record(folder.resolve("r.rec"));
        try (RecordingFile file = RecordingFile.open(folder.resolve("r.rec"), false)) {
            Replay replay = new Replay(file, file.whole());
            List<Replay.Row> plain = replay.run(Method.parse("fp32"), null);
            List<Replay.Row> wide = replay.run(Method.parse("fixed:8"), null);
            List<Replay.Row> narrow = replay.run(Method.parse("fixed:2/error-feedback=true"), null);
            assertEquals(7, plain.size());
            for (int step = 0; step < 7; step++) {
                assertTrue(plain.get(step).relativeError() < 1e-6);
                assertTrue(wide.get(step).relativeError() < 0.02, () -> wide.toString());
                assertTrue(narrow.get(step).relativeError() > wide.get(step).relativeError());
                assertTrue(narrow.get(step).bytes() < wide.get(step).bytes());
                assertEquals(plain.get(step).squaredNorm(), narrow.get(step).squaredNorm());
                assertEquals(step + 1, plain.get(step).step());
            }
            assertEquals(wide, replay.run(Method.parse("fixed:8"), null));
            List<Replay.Row> votes = replay.run(Method.parse("signsgd"), null);
            Map<String, List<Replay.Row>> rows = new LinkedHashMap<>();
            rows.put("fixed:8", wide);
            rows.put("signsgd", votes);
            ReplayReport report = new ReplayReport(file.shape(), file.settings(), rows);
            assertEquals(1 + 14, report.csv().lines().count());
            assertTrue(report.json().contains("\"relative_error\" : null"), report.json());
            assertFalse(report.json().contains("NaN"));
            assertTrue(report.text().contains("8.000"), report.text());
            report.page().write(folder.resolve("page.html"));
            String page = Files.readString(folder.resolve("page.html"));
            assertFalse(page.contains("NaN"));
            // Votes have no error: a dash under numbers, no line and no legend in one of two charts.
            assertTrue(page.contains("<th class=\"n\">relative error</th>"), page);
            assertTrue(page.contains("<td class=\"\">signsgd</td><td class=\"n\">-</td>"), page);
            assertEquals(2, page.split("</svg>fixed:8</span>", -1).length - 1);
            assertEquals(1, page.split("</svg>signsgd</span>", -1).length - 1);
        }
    }

    @Test
    void theProgramWritesItsResults() throws Exception {
        record(folder.resolve("p.rec"));
        String[] words = {
            TrainRank.MARK, folder.resolve("p.rec").toString(), folder.toString(), "text", "usual", "fixed:4,dqsgd:3"
        };
        ReplayProgram.main(words);
        for (String name : List.of("replay.csv", "replay.json", "report.html")) {
            assertTrue(Files.size(folder.resolve(name)) > 0, name);
        }
    }

    @Test
    void aFileThatIsNoneIsRefusedBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("none.rec"), "no recording".repeat(10));
        var line = new CommandLine(new ReplayCommand());
        Exception[] found = new Exception[1];
        line.setExecutionExceptionHandler((e, command, result) -> {
            found[0] = e;
            return 1;
        });
        line.execute(file.toString());
        assertNotNull(found[0]);
        assertTrue(found[0].getMessage().contains("is no recording of this version"), found[0]::toString);
    }
}
