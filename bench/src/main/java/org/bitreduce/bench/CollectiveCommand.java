// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a benchmark, and its run. */
@Command(
        sortOptions = false,
        footer = {
            "",
            "Each call's time is that of the slowest rank. Every result is compared with",
            "a double-precision oracle; the exit code is 65 when an element is further off",
            "than the mode can be. docs/benchmarks.md explains the columns.",
            "",
            "Example: ./bitreduce bench all-reduce --np 4 -b 64K -e 16M --bits 2,4,8,32"
        })
abstract class CollectiveCommand implements Callable<Integer> {

    /** Where results go. */
    enum Places {
        /** Elsewhere. */
        OUT,
        /** Over the input. */
        IN,
        /** Both in turn. */
        BOTH
    }

    private final Collective collective;

    @Mixin
    private JobOptions job;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(names = "--np", paramLabel = "N", description = "Number of ranks; default 4, and 2 for ping-pong.")
    private int np;

    @Option(
            names = {"-b", "--min-bytes"},
            paramLabel = "SIZE",
            defaultValue = "1K",
            description = "First size of the vector as floats, such as 512, 4K, 16M; default ${DEFAULT-VALUE}.")
    private String minBytes;

    @Option(
            names = {"-e", "--max-bytes"},
            paramLabel = "SIZE",
            defaultValue = "16M",
            description = "Last size; default ${DEFAULT-VALUE}.")
    private String maxBytes;

    @Option(
            names = {"-f", "--step-factor"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Factor from one size to the next; default ${DEFAULT-VALUE}.")
    private int factor;

    @Option(
            names = "--bits",
            paramLabel = "B",
            split = ",",
            description = "Bits per element, 2 to 16, and 32 for plain floats; default 2,4,8,32.")
    private List<Integer> bits;

    @Option(
            names = "--mode",
            description = "Arithmetic of quantized all-reduces: ${COMPLETION-CANDIDATES}; default twoshot.",
            completionCandidates = ModeNames.class)
    private String mode;

    @Option(
            names = "--bucket",
            paramLabel = "N",
            defaultValue = "512",
            description = "Elements that share a scale, a power of two from 16 to 65536; default ${DEFAULT-VALUE}.")
    private int bucket;

    @Mixin
    private TableOptions tables;

    @Option(names = "--place", description = "out, in or both: result out of place or in place; default both.")
    private Places places = Places.BOTH;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Measured calls per row; default 500 to 64 KiB, then fewer with size, 10 at least.")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Calls before those; default 3000 to 64 KiB, then half as many.")
    private int warmup = -1;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of data and rounding; default 1.")
    private long seed;

    @Option(
            names = "--baseline",
            description = "mpj: measure MPJ Express' own Allreduce as well, call by call in turn; with --via mpjrun:*.")
    private String baseline;

    @Option(names = "--format", defaultValue = "text", description = "text, osu, csv or json; default text.")
    private String format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the results there; progress goes to the screen.")
    private String out;

    CollectiveCommand(Collective collective) {
        this.collective = collective;
    }

    /** For the help text. */
    static final class ModeNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Names.of(Mode.class).iterator();
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Via way = job.via(Via.LOCAL_PROCESSES);
        boolean mpj = baselineMpj(way);
        BenchRun run = new BenchRun(way, ranks(), job);
        BenchPlan plan = plan(way, mpj);
        if (tables.explains()) {
            tables.explain(System.out, plan, run.np());
            return 0;
        }
        if (collective == Collective.ALL_REDUCE) {
            requireCarried(plan, run.np());
        }
        tables.applyTo(job);
        return run.run(plan, RowFormat.of(format), out);
    }

    /** Ranks would find it too, each by itself. */
    private static void requireCarried(BenchPlan plan, int ranks) {
        for (int width : plan.bits()) {
            String refusal = Rules.refusal(plan.mode(), plan.codec(width), ranks);
            if (refusal != null) {
                throw new IllegalArgumentException("%s; bits=%d, np=%d".formatted(refusal, width, ranks));
            }
        }
    }

    private int ranks() {
        int usual = collective == Collective.PING_PONG ? 2 : 4;
        int ranks = np == 0 ? usual : np;
        if (collective == Collective.PING_PONG && ranks != 2) {
            throw new IllegalArgumentException("ping-pong is between 2 ranks: np=" + ranks);
        }
        if (ranks < 1 || ranks > 64) {
            throw new IllegalArgumentException("--np must be from 1 to 64: np=" + ranks);
        }
        return ranks;
    }

    private BenchPlan plan(Via way, boolean mpj) {
        List<Integer> widths = bits == null ? List.of(2, 4, 8, Codec.PLAIN_BITS) : bits;
        if (collective == Collective.PING_PONG) {
            widths = List.of(Codec.PLAIN_BITS);
        }
        List<Place> wanted = switch (places) {
            case OUT -> List.of(Place.OUT_OF_PLACE);
            case IN -> List.of(Place.IN_PLACE);
            case BOTH -> List.of(Place.values());
        };
        List<Place> offered = collective.places();
        List<Place> both = wanted.stream().filter(offered::contains).toList();
        return new BenchPlan(
                collective,
                way.toString(),
                LongStream.of(Sizes.range(Sizes.parse(minBytes), Sizes.parse(maxBytes), factor))
                        .boxed()
                        .toList(),
                widths,
                mode == null ? null : Names.parse(Mode.class, "mode", mode),
                bucket,
                both.isEmpty() ? offered : both,
                iterations,
                warmup,
                seed,
                mpj,
                "");
    }

    private boolean baselineMpj(Via way) {
        if (baseline == null) {
            return false;
        }
        if (!baseline.equals("mpj")) {
            throw new IllegalArgumentException("unknown baseline: baseline=%s; there is: mpj".formatted(baseline));
        }
        if (!way.needsMpj() || collective != Collective.ALL_REDUCE) {
            throw new IllegalArgumentException(
                    "the baseline mpj goes with all-reduce and --via mpjrun:multicore, mpjrun:niodev or mpjrun:hybrid:"
                            + " collective=%s, via=%s".formatted(collective.label(), way));
        }
        return true;
    }
}
