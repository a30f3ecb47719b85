// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.data.SyntheticTask;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

    private static final TextData DATA = SyntheticTask.make(240, 120);

    @TempDir
    private Path folder;

    private static TrainSettings settings(String method) {
        return TrainOptions.parse(List.of("--task=synthetic", "--epochs=2", "--method=" + method))
                .settings();
    }

    private static TrainResult train(int ranks, TrainSettings settings) throws Exception {
        return ThreadExchange.run(
                        ranks, exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT).run(Saving.NONE))
                .getFirst();
    }

    @Test
    void reportHasEveryFieldAndTablesFit() throws Exception {
        TrainSettings settings = settings("fixed:4");
        TrainResult result = train(3, settings);
        var console = new ByteArrayOutputStream();
        TrainRank.report(
                settings,
                "local:threads",
                DATA,
                result,
                folder,
                new PrintStream(console, true, StandardCharsets.UTF_8));
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(folder.resolve("report.json")));
        for (String field : List.of(
                "task method np via transport seed epochs train_loss test_accuracy average_bits wire_bits_per_element compression_ratio wire_bytes_per_rank seconds parameters_sha256 ranks environment"
                        .split(" "))) {
            assertTrue(report.has(field), field);
        }
        assertEquals("gather", report.get("mode").asString());
        assertTrue(report.get("environment").has("commit"));
        assertEquals(4.0, report.get("average_bits").asDouble());
        assertEquals(10, report.get("widths").get("4").asInt());
        assertEquals(
                ProcessHandle.current().pid(),
                report.get("ranks").get(2).get("pid").asLong());
        List<String> steps = Files.readAllLines(folder.resolve("steps.csv"));
        assertEquals("step,epoch,loss,norm,bits,scale,bytes,compute_us,codec_us,communication_us", steps.getFirst());
        assertEquals(1 + 10, steps.size());
        assertEquals("10,2", steps.getLast().substring(0, 4));
        assertTrue(console.toString(StandardCharsets.UTF_8).contains("sha256 " + result.parametersSha256()));
        boolean drawn = Files.exists(folder.resolve("loss.png")) && Files.exists(folder.resolve("bits.png"));
        assertTrue(drawn || console.toString(StandardCharsets.UTF_8).contains("no charts were drawn"));
    }

    /** What a full disk does to results: what was there stays, the console has what matters, and one message says the rest. */
    @Test
    void resultsThatCannotBeWrittenAreNotLost() throws Exception {
        Files.createDirectories(folder.resolve("report.json/in the way"));
        TrainSettings settings = settings("fixed:4");
        TrainResult result = train(2, settings);
        var console = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
        LaunchException e = assertThrows(
                LaunchException.class, () -> TrainRank.report(settings, "local:threads", DATA, result, folder, out));
        assertEquals(ExitCode.INPUT_OUTPUT, e.exitCode());
        assertTrue(e.getMessage().startsWith("cannot write " + folder.resolve("report.json") + ": "), e::getMessage);
        assertTrue(e.getMessage().contains("./bitreduce train --resume " + folder), e::getMessage);
        assertTrue(console.toString(StandardCharsets.UTF_8).contains("sha256 " + result.parametersSha256()));
        assertFalse(console.toString(StandardCharsets.UTF_8).contains("written to"));
    }

    /** What a shell passes for {@code >(command)}: a link that cannot be followed, but opened. */
    @Test
    void anOpenPipeIsWrittenTo() throws IOException {
        Map<Path, Path> before = openPipes();
        Pipe pipe = Pipe.open();
        try {
            Map<Path, Path> now = openPipes();
            now.entrySet().removeAll(before.entrySet());
            Path open = now.keySet().iterator().next();
            assertThrows(IOException.class, open::toRealPath);
            OutputFile.requireWritable(open);
            OutputFile.replace(open, "results");
            ByteBuffer read = ByteBuffer.allocate(100);
            pipe.source().read(read);
            assertEquals("results", new String(read.array(), 0, read.position(), StandardCharsets.UTF_8));
        } finally {
            pipe.sink().close();
            pipe.source().close();
        }
    }

    /** {@return what this process has open of pipes, and which they are} */
    private static Map<Path, Path> openPipes() throws IOException {
        Map<Path, Path> pipes = new HashMap<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path path : open.toList()) {
                if (Files.exists(path)) { // not what listed them
                    pipes.put(path, Files.readSymbolicLink(path));
                }
            }
        }
        pipes.values().removeIf(target -> !target.toString().startsWith("pipe:"));
        return pipes;
    }

    @Test
    void whatCannotBeReplacedStays() throws IOException {
        Path file = Files.writeString(folder.resolve("results"), "good");
        IOException e = assertThrows(
                IOException.class,
                () -> OutputFile.replace(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }));
        assertEquals("cannot write " + file + ": No space left on device", e.getMessage());
        assertEquals("good", Files.readString(file));
        OutputFile.replace(file, "better");
        assertEquals("better", Files.readString(file));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-rw----");
        Files.setPosixFilePermissions(file, mode);
        OutputFile.replace(link, "best");
        assertEquals("best", Files.readString(file));
        assertEquals(mode, Files.getPosixFilePermissions(file));
        OutputFile.replace(Path.of("/dev/null"), "gone");
        assertTrue(Files.exists(Path.of("/dev/null")) && !Files.isRegularFile(Path.of("/dev/null")));
        assertThrows(IOException.class, () -> OutputFile.replace(Path.of("/dev/full"), "too much"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("link", "results"),
                    files.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void overlapAddsTheBitsOfEveryLayer() throws Exception {
        TrainSettings settings = TrainOptions.parse(
                        List.of("--task=synthetic", "--epochs=2", "--method=dqsgd:4", "--overlap=on"))
                .settings();
        TrainResult result = train(3, settings);
        TrainRank.report(settings, "local:threads", DATA, result, folder, new PrintStream(new ByteArrayOutputStream()));
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(folder.resolve("report.json")));
        assertTrue(report.get("overlap").asBoolean());
        assertEquals("embeddings0", report.get("layers").get(1).get("name").asString());
        int steps = 0;
        for (JsonNode width : report.get("layers").get(0).get("widths")) {
            steps += width.asInt();
        }
        assertEquals(10, steps);
        List<String> rows = Files.readAllLines(folder.resolve("steps.csv"));
        assertEquals(
                "step,epoch,loss,norm,bits,scale,bytes,compute_us,codec_us,communication_us,bits_output,bits_embeddings0",
                rows.getFirst());
        for (String row : rows) {
            assertEquals(12, row.split(",").length, row);
        }
        int embeddings = result.history().layerBits(9, 1);
        assertTrue(rows.getLast().endsWith("," + embeddings), rows.getLast());
    }

    @Test
    void ratiosFollowFromBytes() throws Exception {
        TrainSettings settings = settings("fixed:4");
        TrainResult result = train(3, settings);
        // The test exchange sends 2 * d * 4 / 8 bytes per rank and step; plain floats take 2 * (2 / 3) * 4 * d.
        double expected = (2 * 2 / 3.0 * 4) / (2 * 4 / 8.0);
        assertEquals(expected, result.compressionRatio(), 1e-3);
        assertEquals(32 / expected, result.wireBitsPerElement(), 1e-2);
        SequencedMap<String, Object> alone = ReportJson.fields("local", settings, DATA, train(1, settings));
        assertNull(alone.get("compression_ratio"));
        assertEquals(Map.of(4, 2 * (240 / 16)), alone.get("widths"));
    }

    @Test
    void progressSaysWhereTheRunIs() throws Exception {
        var console = new ByteArrayOutputStream();
        TrainSettings settings = settings("fixed:4");
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
        ThreadExchange.run(
                1,
                exchange -> new TrainRun(exchange, DATA, settings, new ConsoleProgress(out, true, settings))
                        .run(Saving.NONE));
        String text = console.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("epoch 2/2 done: training loss"), text);
    }
}
