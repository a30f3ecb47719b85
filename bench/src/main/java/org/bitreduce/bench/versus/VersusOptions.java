// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CodecOptions;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.SizeOptions;
import org.bitreduce.bench.VersusRank;
import org.bitreduce.bench.hosts.HostPlan;
import org.bitreduce.bench.hosts.LinkRate;
import org.bitreduce.bench.peers.Peer;
import org.bitreduce.launch.Job;
import org.bitreduce.text.Names;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@link VersusCommand}, and what they mean. */
final class VersusOptions {

    private static final List<String> KINDS = List.of(Side.ALLOCATED, Side.FOREIGN);

    @Parameters(
            arity = "0..1",
            paramLabel = "COLLECTIVE",
            defaultValue = "all-reduce",
            description =
                    "all-reduce, reduce, reduce-scatter, all-gather, gather, scatter, broadcast or barrier; default ${DEFAULT-VALUE}.")
    private String collective;

    @Option(
            names = "--np",
            paramLabel = "N",
            defaultValue = "0",
            description = "Number of ranks; default that of the hosts, else 4.")
    private int np;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Make so many hosts on this machine, with --np / N ranks on each; needs root. Default: all ranks on"
                            + " this host.")
    private int hosts;

    @Option(
            names = "--link",
            paramLabel = "RATE",
            defaultValue = "1gbit",
            description = "Speed of each host's link: 100mbit, 1gbit, 10gbit, none; default ${DEFAULT-VALUE}.")
    private String link;

    @Option(
            names = "--bars",
            description = "Also print the table of what is wanted, with what was measured; all-reduce only. Takes in"
                    + " --memory allocated,foreign, the agreement round, and on one host 16 ranks.")
    private boolean bars;

    @Mixin
    private SizeOptions sizes;

    @Mixin
    private CodecOptions codec;

    @Option(
            names = "--memory",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "allocated",
            description =
                    "Where our vectors lie: allocated (Communicator.allocate), foreign (the caller's own) or both;"
                            + " default ${DEFAULT-VALUE}.")
    private List<String> memory;

    @Option(
            names = "--peers",
            paramLabel = "PEER",
            split = ",",
            defaultValue = "open-mpi,mpich,mpj",
            description = "open-mpi, open-mpi:ALGORITHM (such as ring), mpich, mpj, mpj:niodev; default"
                    + " ${DEFAULT-VALUE}.")
    private List<String> peers;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "10",
            description = "Blocks of calls of each side, in turn; default ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "0",
            description = "Calls per block; default as many as take 40 ms, 3 to 1000.")
    private int iterations;

    @Option(names = "--in-place", description = "Results go over the input; default elsewhere.")
    private boolean inPlace;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of data and rounding; default 1.")
    private long seed;

    @Option(names = "--format", defaultValue = "text", description = "text, json or csv; default ${DEFAULT-VALUE}.")
    private String format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the results there; the table goes to the screen.")
    private Path out;

    @Option(names = "--chart", paramLabel = "FILE", description = "Draw time against size, as PNG.")
    private Path chart;

    /** {@return what to measure} */
    Operation operation() {
        return Names.parse(Operation.class, "collective", collective);
    }

    /** {@return sizes of vectors in bytes, ascending} */
    List<Long> sizes() {
        return operation() == Operation.BARRIER ? List.of((long) Float.BYTES) : sizes.sizes("1K", "64M");
    }

    /** {@return what quantized calls have in common} */
    VersusRank.Settings settings() {
        return new VersusRank.Settings(codec.mode(), codec.bucket(), seed);
    }

    /** {@return who is to be measured against} */
    List<Peer> peers() {
        return peers.stream().filter(name -> !name.isEmpty()).map(Peer::parse).toList();
    }

    /** {@return the widths of ours; only one where nothing is moved} */
    List<Integer> bits() {
        return operation() == Operation.BARRIER ? List.of(Codec.PLAIN_BITS) : codec.bits(Codec.PLAIN_BITS, 2, 4, 8);
    }

    /** {@return the kinds of memory of ours} */
    List<String> memory() {
        return bars && hosts == 0 ? KINDS : memory;
    }

    /** {@return the number of ranks} */
    int np() {
        return np > 0 ? np : hosts > 0 ? hosts : 4;
    }

    /** {@return the hosts to make, or null for none} */
    HostPlan hosts() {
        return hosts == 0 ? null : new HostPlan(hosts, LinkRate.parse(link));
    }

    /** {@return whether the table of what is wanted is printed} */
    boolean bars() {
        return bars;
    }

    /** {@return a contest of so many repetitions and calls} */
    Contest contest() {
        return new Contest(repetitions, iterations);
    }

    /** {@return whether results go over the input} */
    boolean inPlace() {
        return inPlace;
    }

    /** {@return the format of the report} */
    String format() {
        return format;
    }

    /** {@return the file of the report, or null} */
    Path out() {
        return out;
    }

    /** {@return the file of the chart, or null} */
    Path chart() {
        return chart;
    }

    /**
     * Finds what a rank would find too, but later.
     *
     * @throws IllegalArgumentException names the first wrong value
     * @throws IOException if one of the files cannot be written
     */
    void check() throws IOException {
        int np = np();
        operation();
        sizes();
        peers();
        hosts();
        settings();
        bits();
        VersusOutput.of(format);
        if (hosts > 0 && np % hosts != 0) {
            throw new IllegalArgumentException(
                    "over hosts each has the same number of ranks, so --np must be a multiple of --hosts: hosts=%d, np=%d"
                            .formatted(hosts, np));
        }
        if (bars && hosts > 0 && np != hosts) {
            throw new IllegalArgumentException(
                    "--bars are for hosts of one rank each: hosts=%d, np=%d".formatted(hosts, np));
        }
        if (bars && operation() != Operation.ALL_REDUCE) {
            throw new IllegalArgumentException("--bars goes with all-reduce: collective=" + collective);
        }
        if (np < 2 || np > Job.MAX_RANKS) {
            throw new IllegalArgumentException("--np must be from 2 to %d: np=%d".formatted(Job.MAX_RANKS, np));
        }
        if (repetitions < 1 || iterations < 0 || iterations > 1_000_000) {
            throw new IllegalArgumentException(
                    "--repetitions must be 1 or more, --iterations 0 to 1000000: repetitions=%d, iterations=%d"
                            .formatted(repetitions, iterations));
        }
        for (String kind : memory) {
            if (!KINDS.contains(kind)) {
                throw Names.unknown("memory", kind, KINDS);
            }
        }
        OutputFile.requireWritable(out, chart);
    }
}
