// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bitreduce.bench.train.data.SyntheticTask;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything about comparisons but the training itself. */
@Timeout(60)
class ComparisonTest {

    private static final TextData DATA = SyntheticTask.make(240, 120);

    @TempDir
    private Path folder;

    private static RunRecord run(int ranks, String method, long seed) throws Exception {
        TrainSettings settings = TrainOptions.parse(
                        List.of("--task=synthetic", "--epochs=1", "--method=" + method, "--seed=" + seed))
                .settings();
        TrainResult result = ThreadExchange.run(
                        ranks, exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT).run(Saving.NONE))
                .getFirst();
        return RunRecord.of(settings.identity(ranks, DATA.fingerprint()), settings, result);
    }

    private static Comparison comparison(int ranks, int seeds, String... methods) throws Exception {
        Comparison comparison = new Comparison();
        for (long seed = 1; seed <= seeds; seed++) {
            for (String method : methods) {
                comparison.add(run(ranks, method, seed));
            }
        }
        return comparison;
    }

    private static List<String> methods(String... words) {
        return CompareOptions.parse(List.of(words)).settings().stream()
                .map(TrainSettings::method)
                .map(Method::toString)
                .toList();
    }

    @Test
    void methodsAreExpandedInOrder() {
        assertEquals(List.of("fp32", "fixed:4", "dqsgd:4"), methods("--task=synthetic"));
        assertEquals(
                List.of("dqsgd:2", "fixed:2", "dqsgd:2.5", "fixed:2.5"),
                methods("--task=synthetic", "--equal-bytes=2,2.5"));
        assertEquals(
                List.of(
                        "fp32",
                        "signsgd",
                        "fixed:3",
                        "fixed:3/error-feedback=true",
                        "ef-signsgd/error-feedback=false",
                        "ef-signsgd"),
                methods("--task=synthetic", "--methods=fp32,signsgd,fixed:3,ef-signsgd", "--error-feedback=both"));
        assertEquals(
                List.of("fixed:3/error-feedback=true", "dqsgd:3/error-feedback=true"),
                methods("--task=synthetic", "--methods=fixed:3,dqsgd:3", "--error-feedback"));
        List<String> words =
                List.of("--task=synthetic", "--methods=fixed:3", "--np=2", "--seeds=5", "--error-feedback=both");
        CompareOptions options = CompareOptions.parse(words);
        assertEquals(5, options.seedCount());
        assertEquals(2, options.ranks());
        assertEquals(Set.copyOf(words), Set.copyOf(options.toArguments()));
    }

    @Test
    void wrongOptionsAreNamed() {
        for (String[] refused : new String[][] {
            {"--methods=fixed:4,fixed:4", "a method stands twice"},
            {"--methods=fixed:4,fixed:4.0", "a method stands twice: method=fixed:4"},
            {"--methods=fixd:4", "did you mean fixed?"},
            {"--equal-bytes=1", "a number from 2 to 16: AVG=1.0"},
            {"--method=fixed:4", "use --methods=fixed:4"},
            {"--checkpoint-every=3", "no checkpoints"},
            {"--error-feedback=maybe", "error-feedback"},
            {"--seeds=0", "--seeds must be from 1 to 1000"},
            {"--np=65", "--np must be from 1 to 64"}
        }) {
            var e = assertThrows(
                    IllegalArgumentException.class, () -> methods("--task=synthetic", refused[0]), refused[0]);
            assertTrue(e.getMessage().contains(refused[1]), e::getMessage);
        }
        var both = assertThrows(
                IllegalArgumentException.class,
                () -> TrainOptions.parse(List.of("--error-feedback=both")).settings());
        assertTrue(both.getMessage().contains("both is for compare"), both::getMessage);
    }

    @Test
    void equalBytesAreFound() throws Exception {
        Comparison comparison = comparison(3, 2, "fp32", "fixed:4", "dqsgd:4", "fixed:2");
        assertTrue(comparison.pair("dqsgd:4", "fixed:4").equalBytes());
        assertFalse(comparison.pair("fixed:2", "fixed:4").equalBytes());
        assertEquals(6, comparison.pairs().size());
        String table = CompareTable.of(comparison);
        assertTrue(table.contains("pairs that send equal bytes (within 1 %)"), table);
        assertTrue(table.indexOf("dqsgd:4 - fixed:4") < table.indexOf("other pairs"), table);
        assertTrue(table.contains("of twenty pairs"), table);
        assertTrue(CompareTable.of(comparison(3, 1, "fp32", "fixed:4")).contains("one seed shows no differences"));
    }

    @Test
    void tablesForProgramsHaveEveryRunAndPair() throws Exception {
        Comparison comparison = comparison(2, 2, "fp32", "fixed:4");
        CompareReport.writeCsv(folder, comparison);
        List<String> rows = Files.readAllLines(folder.resolve("compare.csv"));
        assertEquals(5, rows.size());
        assertEquals(rows.getFirst().split(",").length, rows.getLast().split(",").length);
        TrainSettings settings = TrainOptions.parse(List.of("--task=synthetic")).settings();
        CompareReport.writeJson(folder, comparison, settings, 2);
        JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("compare.json")));
        JsonNode difference = json.get("differences").get(0);
        assertEquals("fixed:4", difference.get("method").asString());
        assertFalse(difference.get("equal_bytes").asBoolean());
        assertTrue(difference.get("accuracy_points_half_width_95").isNumber());
        assertTrue(difference.get("train_loss_verdict").isString());
        assertTrue(json.get("methods").get(1).get("train_loss").isNumber());
    }

    /** The page is well-formed, refers to nothing outside, and has a point or line of every method in every chart. */
    @Test
    void thePageStandsAlone() throws Exception {
        for (int ranks : new int[] {1, 3}) {
            Comparison comparison = comparison(ranks, 2, "fp32", "fixed:4", "dqsgd:4");
            TrainSettings settings =
                    TrainOptions.parse(List.of("--task=synthetic")).settings();
            ComparePage.write(folder, comparison, settings, DATA);
            String page = Files.readString(folder.resolve("report.html"));
            for (String foreign : List.of("http:", "https:", "src=", "url(", "<script", "@import", "NaN", "Infinity")) {
                assertFalse(page.contains(foreign), foreign);
            }
            Document parsed = parse(page);
            assertEquals(3, parsed.getElementsByTagName("figure").getLength());
            assertEquals(3 + 3 + 3 + 2, parsed.getElementsByTagName("svg").getLength());
            assertTrue(page.contains("dqsgd:4 \u2212 fixed:4"), page);
            assertTrue(page.contains("no difference shown") || page.contains("better") || page.contains("worse"));
        }
    }

    private static Document parse(String page) throws Exception {
        String xml = page.replaceFirst("<!DOCTYPE html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void finishedRunsAreKeptAndOthersRefused() throws Exception {
        CompareFolder kept = new CompareFolder(folder.resolve("new"));
        List<String> words = List.of("--task=synthetic", "--seeds=2");
        assertThrows(LaunchException.class, kept::load);
        kept.begin(words);
        assertEquals(words, kept.load());
        assertThrows(IllegalArgumentException.class, () -> kept.begin(words));
        RunRecord run = run(2, "fixed:4/error-feedback=true", 7);
        assertNull(kept.find(run.method(), 7, run.identity()));
        kept.keep(run);
        assertEquals(run, kept.find(run.method(), 7, run.identity()));
        var other = assertThrows(
                LaunchException.class,
                () -> kept.find(run.method(), 7, run.identity().replace("lr=4.0", "lr=5.0")));
        assertTrue(other.getMessage().contains("it has lr=4.0, this run has lr=5.0"), other::getMessage);
        Path file = folder.resolve("new/runs/fixed-4-error-feedback-true-seed-7.json");
        String text = Files.readString(file);
        for (String damaged : List.of("", text.substring(0, text.length() / 2), "{}", "[1]")) {
            Files.writeString(file, damaged);
            assertNull(kept.find(run.method(), 7, run.identity()), damaged);
        }
        Files.writeString(folder.resolve("new/compare.txt"), "--methods=fixd:4");
        LaunchException e = assertThrows(LaunchException.class, kept::load);
        assertTrue(e.getMessage().contains("compare.txt is damaged"), e::getMessage);
    }

    @Test
    void aResumedComparisonMakesOnlyWhatIsMissing() throws Exception {
        CompareFolder kept = new CompareFolder(folder);
        List<String> words = List.of("--task=synthetic", "--epochs=1", "--methods=fp32,fixed:4", "--np=2");
        kept.begin(words);
        compare("--seeds=1", words);
        Path first = folder.resolve("runs/fp32-seed-1.json");
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(first, before);
        Files.delete(folder.resolve("runs/fixed-4-seed-1.json"));
        compare("--seeds=2", words);
        assertEquals(before, Files.getLastModifiedTime(first));
        assertEquals(5, Files.readAllLines(folder.resolve("compare.csv")).size());
        assertTrue(Files.exists(folder.resolve("report.html")));
        assertTrue(Files.exists(folder.resolve("runs/fixed-4-seed-2.json")));
    }

    private void compare(String more, List<String> words) throws Exception {
        List<String> all = new ArrayList<>(List.of(TrainRank.MARK, folder.toString()));
        all.addAll(words);
        all.add(more);
        CompareProgram.main(all.toArray(String[]::new));
    }

    /** A verdict beside it must not stand on zeros. */
    @Test
    void intervalsTooNarrowForTheirDecimalsHaveAnExponent() {
        assertEquals("+0.1234 \u00b1 0.0500", CompareTable.interval("%+.4f", new Interval(0.12341, 0.05, 3)));
        assertEquals("+2.1e-05 \u00b1 1.3e-05", CompareTable.interval("%+.4f", new Interval(2.1e-5, 1.3e-5, 3)));
        assertEquals("+0.000 \u00b1 0.000", CompareTable.interval("%+.3f", new Interval(0, 0, 3)));
        assertEquals("0.5000", CompareTable.interval("%.4f", new Interval(0.5, Double.NaN, 1)));
    }
}
