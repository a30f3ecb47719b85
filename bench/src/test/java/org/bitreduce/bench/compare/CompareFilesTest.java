// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitreduce.bench.CommandRun;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompareFilesTest {

    @TempDir
    private Path folder;

    private static String row(long bytes, int bits, double low, double p50, double high) {
        return String.format(Locale.ROOT, """
                {"collective":"all-reduce","implementation":"bitreduce","form":"blocking","in_place":false,"bytes":%d,\
                "bits":%d,"mode":"twoshot","np":4,"algorithm":"direct","via":"local:threads","iterations":20,\
                "p50_us":%s,"p50_low_us":%s,"p50_high_us":%s}""", bytes, bits, p50, low, high);
    }

    private Path file(String name, String environment, String... rows) throws Exception {
        return Files.writeString(
                folder.resolve(name),
                "{\"environment\": %s,\n\"results\": [\n%s\n]}\n".formatted(environment, String.join(",\n", rows)));
    }

    private static CommandRun compare(String... arguments) throws Exception {
        return CommandRun.of(new CompareFilesCommand(), arguments);
    }

    @Test
    void pairsRowsAndSaysWhatDiffers() throws Exception {
        Path first = file(
                "a.json",
                "{\"cpu\":\"slow\",\"cores\":2,\"date\":\"yesterday\"}",
                row(1024, 4, 9, 10, 11),
                row(4096, 4, 99, 100, 101),
                row(16384, 4, 180, 200, 220),
                row(65536, 4, 1, 1, 1));
        Path second = file(
                "b.json",
                "{\"cpu\":\"fast\",\"cores\":2,\"date\":\"today\"}",
                row(1024, 4, 4, 5, 6),
                row(4096, 4, 119, 120, 121),
                row(16384, 4, 190, 210, 230).replace("\"direct\"", "\"grid\""),
                row(1024, 8, 1, 1, 1));
        CommandRun printed = compare(first.toString(), second.toString());
        assertEquals(ExitCode.OK, printed.exitCode());
        assertTrue(printed.text().matches("(?s).*4 bits twoshot out +1 KiB +10.0 us +5.0 us +0.500 .* faster\n.*"));
        assertTrue(printed.text().matches("(?s).*4 KiB +100.0 us +120.0 us +1.200 .* slower\n.*"), printed.text());
        assertTrue(printed.text().matches("(?s).*16 KiB .* 1.050 .* same\n.*"), printed.text());
        for (String line : new String[] {
            "# differs: cpu: slow, fast\n",
            "# differs: algorithm: direct, grid (1 rows)\n",
            "# only in the first: all-reduce 4 bits twoshot out, 64 KiB\n",
            "# only in the second: all-reduce 8 bits twoshot out, 1 KiB\n",
            "# 3 rows: 1 faster, 1 slower, 1 same; geometric mean of the ratios 0.857\n"
        }) {
            assertTrue(printed.text().contains(line), () -> line + printed.text());
        }
        assertTrue(!printed.text().contains("yesterday") && !printed.text().contains("cores"), printed.text());
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "19.9, 3", "20.1, 0"})
    void failsIfSlowerThanTold(String percent, int exitCode) throws Exception {
        Path first = file("a.json", "{}", row(4096, 4, 99, 100, 101), row(8192, 4, 50, 100, 200));
        Path second = file("b.json", "{}", row(4096, 4, 119, 120, 121), row(8192, 4, 60, 130, 240));
        String limit = "--fail-if-slower=" + percent;
        assertEquals(
                exitCode, compare(limit, first.toString(), second.toString()).exitCode());
        assertEquals(
                ExitCode.OK, compare(limit, second.toString(), first.toString()).exitCode());
        assertEquals(
                ExitCode.OK, compare(limit, first.toString(), first.toString()).exitCode());
    }

    @Test
    void runsWithNothingInCommonAreAnError() throws Exception {
        Path first = file("a.json", "{}", row(4096, 4, 1, 1, 1));
        Path second = file("b.json", "{}", row(8192, 4, 1, 1, 1));
        assertEquals(ExitCode.DATA, compare(first.toString(), second.toString()).exitCode());
        assertEquals(
                ExitCode.DATA,
                compare(file("c.json", "{}").toString(), second.toString()).exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it is empty",
                "{\"environment\": {}, \"results\": [ | cut off",
                "not json at all | not JSON",
                "[] | no environment and results",
                "{\"environment\": {}} | no environment and results",
                "{\"environment\": 1, \"results\": []} | no environment and results",
                "{\"environment\": {}, \"results\": [{\"collective\": \"all-reduce\"}]} | row 1 has no implementation",
                "{\"environment\": {}, \"results\": [4]} | row 1 has no collective"
            })
    void filesThatAreNoResultsAreNamed(String text, String expected) throws Exception {
        Path good = file("good.json", "{}", row(4096, 4, 1, 1, 1));
        Path bad = Files.writeString(folder.resolve("bad.json"), text);
        for (Path[] files : new Path[][] {{good, bad}, {bad, good}}) {
            var e = assertThrows(LaunchException.class, () -> compare(files[0].toString(), files[1].toString()));
            assertEquals(ExitCode.DATA, e.exitCode());
            assertTrue(e.getMessage().contains("bad.json") && e.getMessage().contains(expected), e::getMessage);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"p50_us\":10.0 | \"p50_us\":\"ten\" | not a number: p50_us",
                "\"p50_us\":10.0 | \"p50_us\":null | not a number: p50_us",
                "\"p50_us\":10.0 | \"p50_us\":-10 | must lie in its interval",
                "\"p50_us\":10.0 | \"p50_us\":12 | must lie in its interval",
                "\"p50_low_us\":9.0 | \"p50_low_us\":0 | must lie in its interval",
                "\"p50_high_us\":11.0 | \"p50_high_us\":1e999 | must lie in its interval",
                "\"p50_low_us\":9.0, | '' | row 2 has no p50_low_us",
                "\"bytes\":4096 | \"bytes\":1024 | row 2 measures the same"
            })
    void rowsThatMakeNoSenseAreNamed(String good, String bad, String expected) throws Exception {
        String second = row(4096, 4, 9, 10, 11).replace(good, bad);
        Path file = file("bad.json", "{}", row(1024, 4, 9, 10, 11), second);
        var e = assertThrows(LaunchException.class, () -> ResultFile.read(file));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().contains("row 2") && e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws Exception {
        for (Path path : Stream.of("missing.json", ".").map(folder::resolve).toList()) {
            var e = assertThrows(LaunchException.class, () -> ResultFile.read(path));
            assertEquals(ExitCode.INPUT_OUTPUT, e.exitCode());
            assertTrue(e.getMessage().contains(path.toString()), e::getMessage);
        }
        Path binary = Files.write(folder.resolve("binary.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        var e = assertThrows(LaunchException.class, () -> ResultFile.read(binary));
        assertEquals(ExitCode.DATA, e.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "NaN", "Infinity"})
    void wrongPercentagesAreNamed(String percent) {
        var e = assertThrows(
                IllegalArgumentException.class, () -> compare("--fail-if-slower=" + percent, "a.json", "b.json"));
        assertTrue(e.getMessage().contains("fail-if-slower="), e::getMessage);
    }

    /** Two samples of one long-tailed distribution, or of one and half of it: how often the interval has the truth. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5})
    void intervalsHoldTheRatioAsOftenAsTheyShould(double truth) {
        long seed = 4711;
        SplittableRandom random = new SplittableRandom(seed);
        int runs = 3000;
        int held = 0;
        for (int run = 0; run < runs; run++) {
            Ratio ratio = Ratio.of(sample(random, 1), sample(random, truth));
            held += ratio.low() <= truth && truth <= ratio.high() ? 1 : 0;
        }
        assertTrue(held > 0.94 * runs && held < 0.985 * runs, "seed=%d, held=%d".formatted(seed, held));
    }

    /** Of 31 values the interval is from the 10th to the 22nd. */
    private static Median sample(SplittableRandom random, double scale) {
        double[] values = Stream.generate(() -> scale * Math.exp(random.nextGaussian()))
                .limit(31)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return new Median(values[15], values[9], values[21]);
    }
}
