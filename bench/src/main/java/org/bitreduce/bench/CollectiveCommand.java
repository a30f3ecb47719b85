// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.launch.Job;
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

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private HelpOption help;

    @Option(names = "--np", paramLabel = "N", description = "Number of ranks; default 4; ping-pong has 2, codec 1.")
    private Integer np;

    @Mixin
    private SizeOptions sizes;

    @Mixin
    private CodecOptions codec;

    @Mixin
    private TableOptions tables;

    @Option(names = "--place", description = "out, in or both: result out of place or in place; default both.")
    private String place;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            split = ",",
            defaultValue = "blocking",
            description = "How it is called: blocking, non-blocking, persistent, or several; default ${DEFAULT-VALUE}.")
    private List<String> forms;

    @Option(
            names = "--root",
            paramLabel = "RANK",
            description = "The rank that gives or gets all, of reduce, gather, scatter and broadcast; default 0.")
    private Integer root;

    @Option(names = "--integrity", description = "Payloads in shared memory carry a checksum, as on a wire.")
    private boolean integrity;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Measured calls per row; default 500 to 64 KiB, then fewer with size, 10 at least.")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description =
                    "Calls before those; default 3000 to 64 KiB, then half as many, again and again for 1.5 s (ping-pong: once).")
    private int warmup = -1;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of data and rounding; default 1.")
    private long seed;

    @Option(
            names = "--baseline",
            description =
                    "mpj: measure MPJ Express' own collective as well, call by call in turn; with --via mpjrun:*.")
    private String baseline;

    @Option(
            names = "--profile",
            description = "Also tell what calls spend their time on, mean over ranks; with --format text or json.")
    private boolean profile;

    @Mixin
    private OutputOptions output;

    CollectiveCommand(Collective collective) {
        this.collective = collective;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Via way = job.via(Via.LOCAL_PROCESSES);
        boolean mpj = baselineMpj(way);
        OutputOptions.Targets targets = output.targets(collective);
        requireProfile(targets.format());
        BenchRun run = new BenchRun(way, ranks(), job);
        BenchPlan plan = plan(way, mpj, run.np());
        tables.requireCarriers(plan, run.np());
        if (tables.explains()) {
            tables.explain(System.out, plan, run.np());
            return 0;
        }
        if (collective.hasModes()) {
            requireCarried(plan, run.np());
        }
        tables.applyTo(job);
        return run.run(plan, targets);
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

    private void requireProfile(RowFormat format) {
        if (profile && (collective == Collective.PING_PONG || collective == Collective.CODEC)) {
            throw new IllegalArgumentException(
                    "--profile is for collectives: %s has no phases".formatted(collective.label()));
        }
        if (profile && format != RowFormat.TEXT && format != RowFormat.JSON) {
            throw new IllegalArgumentException("--profile goes with --format text or json: format=" + Names.of(format));
        }
    }

    private int ranks() {
        int usual = switch (collective) {
            case PING_PONG -> 2;
            case CODEC -> 1;
            default -> 4;
        };
        int ranks = np == null ? usual : np;
        if (collective == Collective.PING_PONG && ranks != 2) {
            throw new IllegalArgumentException("ping-pong is between 2 ranks: np=" + ranks);
        }
        if (ranks < 1 || ranks > Job.MAX_RANKS) {
            throw new IllegalArgumentException("--np must be from 1 to %d: np=%d".formatted(Job.MAX_RANKS, ranks));
        }
        return ranks;
    }

    private BenchPlan plan(Via way, boolean mpj, int ranks) {
        return new BenchPlan(
                collective,
                way.toString(),
                collective == Collective.BARRIER ? List.of(0L) : sizes.sizes("1K", "16M"),
                widths(),
                mode(),
                tables.order(),
                codec.bucket(),
                places(),
                iterations,
                warmup,
                seed,
                forms(),
                root(ranks),
                integrity,
                mpj,
                profile,
                "");
    }

    private List<Integer> widths() {
        if (collective.hasWidths()) {
            return codec.bits(2, 4, 8, Codec.PLAIN_BITS);
        }
        List<Integer> widths = codec.bits(Codec.PLAIN_BITS);
        if (!widths.equals(List.of(Codec.PLAIN_BITS))) {
            throw new IllegalArgumentException(
                    "%s moves nothing that could be quantized: bits=%s".formatted(collective.label(), widths));
        }
        return widths;
    }

    private Mode mode() {
        Mode mode = codec.mode();
        if (mode != null && !collective.hasModes()) {
            throw new IllegalArgumentException("modes are for all-reduce and reduce: mode=%s, collective=%s"
                    .formatted(Names.of(mode), collective.label()));
        }
        if (mode == Mode.TWO_LEVEL && collective != Collective.ALL_REDUCE) {
            throw new IllegalArgumentException(
                    "mode two-level is for all-reduce: collective=%s".formatted(collective.label()));
        }
        return mode;
    }

    private List<Place> places() {
        Places wanted = place == null ? Places.BOTH : Names.parse(Places.class, "place", place);
        List<Place> both = switch (wanted) {
            case OUT -> List.of(Place.OUT_OF_PLACE);
            case IN -> List.of(Place.IN_PLACE);
            case BOTH -> collective.places();
        };
        if (!collective.places().containsAll(both)) {
            throw new IllegalArgumentException("%s has one place only: place=%s; leave the option out"
                    .formatted(collective.label(), Names.of(wanted)));
        }
        return both;
    }

    private List<Form> forms() {
        List<Form> all = forms.stream()
                .map(name -> Names.parse(Form.class, "form", name))
                .distinct()
                .toList();
        boolean persistentBarrier = collective == Collective.BARRIER && all.contains(Form.PERSISTENT);
        if (persistentBarrier || (!collective.isCall() && !all.equals(List.of(Form.BLOCKING)))) {
            throw new IllegalArgumentException(
                    "%s has no such form: form=%s".formatted(collective.label(), String.join(",", forms)));
        }
        return all;
    }

    private int root(int ranks) {
        if (root == null) {
            return 0;
        }
        if (!collective.hasRoot()) {
            throw new IllegalArgumentException(
                    "only reduce, gather, scatter and broadcast have a root: root=%d, collective=%s"
                            .formatted(root, collective.label()));
        }
        if (root < 0 || root >= ranks) {
            throw new IllegalArgumentException(
                    "the root must be a rank, 0 to %d: root=%d, np=%d".formatted(ranks - 1, root, ranks));
        }
        return root;
    }

    private boolean baselineMpj(Via way) {
        if (baseline == null) {
            return false;
        }
        if (!baseline.equals("mpj")) {
            throw Names.unknown("baseline", baseline, List.of("mpj"));
        }
        if (!way.needsMpj()) {
            throw new IllegalArgumentException(
                    "the baseline mpj goes with --via mpjrun:multicore, mpjrun:niodev or mpjrun:hybrid: via=" + way);
        }
        String refusal = MpjBaseline.refusal(collective, ranks());
        if (refusal != null || root != null) {
            throw new IllegalArgumentException(refusal != null ? refusal : "the baseline's root is 0: root=" + root);
        }
        return true;
    }
}
