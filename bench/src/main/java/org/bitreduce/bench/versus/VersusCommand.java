// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.HelpOption;
import org.bitreduce.bench.VersusRank;
import org.bitreduce.bench.hosts.HostPlan;
import org.bitreduce.bench.hosts.Hosts;
import org.bitreduce.bench.hosts.LineRate;
import org.bitreduce.bench.peers.CacheFolder;
import org.bitreduce.bench.peers.DebianPackages;
import org.bitreduce.bench.peers.Peer;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Network;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench versus}: BitReduce beside Open MPI, MPICH and MPJ Express, in turn, in one run. */
@Command(
        name = "versus",
        sortOptions = false,
        description = "Measure BitReduce beside Open MPI, MPICH and MPJ Express, in turn, in one run.",
        footer = {
            "",
            "Peers that are not installed are unpacked from Debian's packages, without root.",
            "While one side is timed the ranks of the others are blocked in a read.",
            "docs/benchmarks.md explains the columns.",
            "",
            "Examples: ./bitreduce bench versus all-reduce --np 4 -b 1K -e 64M --chart all-reduce.png",
            "          ./bitreduce bench versus --bars",
            "          ./bitreduce bench versus --bars --hosts 4 --link 1gbit -b 16M -e 16M \\",
            "              --peers open-mpi,open-mpi:ring"
        })
public final class VersusCommand implements Callable<Integer> {

    /** Options of jobs that {@code --hosts} leaves their meaning. */
    private static final Set<String> BESIDE_HOSTS = Set.of("--via", "--time-out", "--jvm", "--grace");

    @Spec
    private CommandSpec spec;

    @Mixin
    private VersusOptions options;

    @Mixin
    private JobOptions job;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private HelpOption help;

    /** Nothing is given yet. */
    public VersusCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        HostPlan plan = options.hosts();
        if (plan != null) {
            requireNoNetwork();
        }
        try (Report report = Report.to(options.format(), options.out());
                Hosts hosts = plan == null ? null : Hosts.open(plan)) {
            double lineRate = hosts != null && options.bars() ? lineRate() : 0;
            measure(report, lineRate);
            draw(report);
            return exitCode(report);
        } catch (Unavailable e) {
            throw new LaunchException(ExitCode.UNAVAILABLE, e.getMessage(), e);
        } catch (CrewException e) {
            throw new LaunchException(ExitCode.RANK_FAILED, e.getMessage(), e);
        }
    }

    /** Hosts that are made here come with their own network; one that was described would have no effect. */
    private void requireNoNetwork() {
        Via via = job.via(Via.LOCAL_PROCESSES);
        Network given = job.applyTo(Job.of(via, options.np(), VersusRank.class.getName()))
                .network();
        if (!given.equals(Network.DEFAULT)) {
            throw new IllegalArgumentException(
                    "--hosts makes hosts and the network between them: hosts=%d; leave out what describes another network: %s"
                            .formatted(options.hosts().hosts(), String.join(", ", networkOptions())));
        }
    }

    /** {@return the options of jobs that were given, but for those that have to do with no network} */
    private List<String> networkOptions() {
        return spec.commandLine().getParseResult().matchedOptions().stream()
                .filter(option -> option.userObject() instanceof Field field
                        && field.getDeclaringClass() == JobOptions.class
                        && !BESIDE_HOSTS.contains(option.longestName()))
                .map(option -> option.longestName() + "="
                        + option.originalStringValues().getLast())
                .toList();
    }

    private void measure(Report report, double lineRate) throws IOException, InterruptedException {
        Operation operation = options.operation();
        Contest contest = options.contest();
        Via via = job.via(Via.LOCAL_PROCESSES);
        try (Lineup lineup = lineup(options.np(), Math.max(options.sizes().getLast(), Extras.SMALL))) {
            lineup.addOurs(via, options.bits(), options.memory());
            for (Peer peer : options.peers()) {
                lineup.add(peer, operation);
            }
            report.begin(new Run(
                    Environment.now(options.np()),
                    options.np(),
                    via.toString(),
                    options.hosts() == null ? 0 : options.hosts().hosts(),
                    options.hosts() == null ? "" : options.hosts().link().toString(),
                    lineRate,
                    options.inPlace(),
                    options.settings(),
                    lineup.libraries(),
                    lineup.leftOut()));
            for (long size : options.sizes()) {
                List<Standing> standings = contest.at(lineup.sides(), operation, size, options.inPlace());
                report.size(VersusRow.of(operation, options.settings().mode(), size, standings));
            }
            report.end(options.bars() ? bars(report, lineup, contest, lineRate) : List.of());
        }
    }

    private Lineup lineup(int np, long largest) {
        return new Lineup(
                np,
                largest,
                options.hosts() == null ? 0 : np / options.hosts().hosts(),
                job,
                options.settings(),
                CacheFolder.path(),
                this::say);
    }

    private List<Bar> bars(Report report, Lineup lineup, Contest contest, double lineRate)
            throws IOException, InterruptedException {
        Extras extras = new Extras(contest);
        HostPlan plan = options.hosts();
        Spread agreement = plan == null ? extras.agreement(lineup.sides()) : null;
        SortedMap<Long, Spread> manyRanks = plan == null ? manyRanks(extras) : Collections.emptySortedMap();
        return Bars.of(new Facts(
                report.rows(), options.np(), plan == null ? null : plan.link(), agreement, manyRanks, lineRate));
    }

    private SortedMap<Long, Spread> manyRanks(Extras extras) throws IOException, InterruptedException {
        List<Side> sides = new ArrayList<>();
        try (Lineup few = lineup(Extras.FEW, Extras.LARGEST);
                Lineup many = lineup(Extras.MANY, Extras.LARGEST)) {
            for (Lineup lineup : List.of(few, many)) {
                lineup.addOurs(job.via(Via.LOCAL_PROCESSES), List.of(32), List.of(Side.ALLOCATED));
                sides.addAll(lineup.sides());
            }
            return extras.manyRanks(sides.getFirst(), sides.getLast());
        }
    }

    /** Without iperf3 the rest goes on. */
    private double lineRate() throws IOException, InterruptedException {
        try {
            say("measuring the link with iperf3");
            return LineRate.find(new DebianPackages(CacheFolder.path(), this::say))
                    .measure();
        } catch (Unavailable e) {
            say("left out: iperf3: " + e.getMessage());
            return 0;
        }
    }

    private void draw(Report report) throws IOException {
        if (options.chart() == null) {
            return;
        }
        HostPlan plan = options.hosts();
        String where = plan == null ? "on one host" : "on %d hosts, link %s".formatted(plan.hosts(), plan.link());
        String title = "%s, %d ranks %s".formatted(options.operation().toString(), options.np(), where);
        String trouble = VersusChart.draw(options.chart(), title, report.rows());
        say(trouble.isEmpty() ? "drew " + options.chart() : trouble);
    }

    private int exitCode(Report report) {
        if (report.wrong() == 0) {
            return ExitCode.OK;
        }
        say("%d elements are further off than they can be; see the column wrong".formatted(report.wrong()));
        return ExitCode.DATA;
    }

    private void say(String line) {
        spec.commandLine().getErr().println("bitreduce: " + line);
        spec.commandLine().getErr().flush();
    }
}
