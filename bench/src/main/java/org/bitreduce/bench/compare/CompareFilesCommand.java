// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitreduce.bench.HelpOption;
import org.bitreduce.bench.Sizes;
import org.bitreduce.bench.Units;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench compare}: is the second run faster? */
@Command(
        name = "compare",
        sortOptions = false,
        description = "Compare two runs of bench, row by row.",
        footer = {
            "",
            "The files are of --format json --out FILE, both of bench COLLECTIVE or both of bench",
            "versus. A ratio is the second median over the first, with a 95 % interval of what",
            "these two runs measured; faster and slower are said where all of it lies on one side",
            "of 1. Rows of other libraries are a control. docs/benchmarks.md has the method.",
            "",
            "Exit codes: 3 with --fail-if-slower, if a row of ours is slower; 65 a file is no result,",
            "or the two have no row in common; 74 a file cannot be read."
        })
public final class CompareFilesCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private HelpOption help;

    @Parameters(index = "0", paramLabel = "FIRST", description = "What is compared with.")
    private Path first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "What is compared.")
    private Path second;

    @Option(
            names = "--fail-if-slower",
            paramLabel = "PCT",
            description = "Exit with 3 if a row of BitReduce is shown to be slower, by more than so many percent.")
    private Double percent;

    /** Nothing is given yet. */
    public CompareFilesCommand() {}

    @Override
    public Integer call() {
        if (percent != null && !(percent >= 0 && percent < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("--fail-if-slower takes percent, 0 or more: fail-if-slower=" + percent);
        }
        Comparison comparison = Comparison.of(ResultFile.read(first), ResultFile.read(second));
        print(comparison, System.out);
        if (comparison.pairs().isEmpty()) {
            System.err.println("bitreduce: the two runs have no row in common");
            return ExitCode.DATA;
        }
        if (percent != null && comparison.ours().isEmpty()) {
            System.err.println("bitreduce: the two runs have no row of BitReduce in common, so none can be judged");
            return ExitCode.DATA;
        }
        return percent == null ? ExitCode.OK : judge(comparison);
    }

    private int judge(Comparison comparison) {
        List<Comparison.Pair> slower = comparison.ours().stream()
                .filter(pair -> pair.slowerBy(percent))
                .toList();
        for (Comparison.Pair pair : slower) {
            System.err.printf(
                    Locale.ROOT,
                    "bitreduce: slower by more than %s %%: %s, %s: %.3f times%n",
                    percent,
                    pair.key().label(),
                    Sizes.text(pair.key().bytes()),
                    pair.ratio().value());
        }
        return slower.isEmpty() ? ExitCode.OK : ExitCode.SLOWER;
    }

    private void print(Comparison comparison, PrintStream out) {
        out.printf("# first:  %s%n# second: %s%n", first, second);
        comparison.differences().forEach(text -> out.println("# differs: " + text));
        out.printf(
                Locale.ROOT,
                "%-38s %9s %10s %10s %7s %17s  %s%n",
                "what",
                "size",
                "first",
                "second",
                "ratio",
                "95 %",
                "verdict");
        comparison.ours().forEach(pair -> row(out, pair));
        if (!comparison.control().isEmpty()) {
            out.println("# control, rows of others: what changed there is the machine, or their version");
            comparison.control().forEach(pair -> row(out, pair));
        }
        unmatched(out, "first", comparison.onlyFirst());
        unmatched(out, "second", comparison.onlySecond());
        summary(out, "rows", comparison.ours());
        if (!comparison.control().isEmpty()) {
            summary(out, "rows of the control", comparison.control());
        }
    }

    private static void row(PrintStream out, Comparison.Pair pair) {
        Ratio ratio = pair.ratio();
        out.printf(
                Locale.ROOT,
                "%-38s %9s %10s %10s %7.3f %8.3f to %5.3f  %s%n",
                pair.key().label(),
                Sizes.text(pair.key().bytes()),
                Units.time(pair.first().value()),
                Units.time(pair.second().value()),
                ratio.value(),
                ratio.low(),
                ratio.high(),
                Names.of(ratio.verdict()));
    }

    private static void summary(PrintStream out, String what, List<Comparison.Pair> pairs) {
        double logarithms = pairs.stream()
                .mapToDouble(pair -> Math.log(pair.ratio().value()))
                .average()
                .orElse(0);
        out.printf(
                Locale.ROOT,
                "# %d %s: %d faster, %d slower, %d same; geometric mean of the ratios %.3f%n",
                pairs.size(),
                what,
                count(pairs, Ratio.Verdict.FASTER),
                count(pairs, Ratio.Verdict.SLOWER),
                count(pairs, Ratio.Verdict.SAME),
                Math.exp(logarithms));
    }

    private static void unmatched(PrintStream out, String which, List<RowKey> keys) {
        keys.forEach(key -> out.printf("# only in the %s: %s, %s%n", which, key.label(), Sizes.text(key.bytes())));
    }

    private static long count(List<Comparison.Pair> pairs, Ratio.Verdict verdict) {
        return pairs.stream().filter(pair -> pair.ratio().verdict() == verdict).count();
    }
}
