// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.bitreduce.bench.compare.CompareFilesCommand;
import org.bitreduce.bench.hosts.HostsCommand;
import org.bitreduce.bench.kernel.KernelsCommand;
import org.bitreduce.bench.versus.VersusCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench} alone lists what can be measured. */
@Command(
        name = "bench",
        description = "Measure collectives, and verify every result.",
        synopsisSubcommandLabel = "COLLECTIVE",
        subcommands = {
            BenchCommand.AllReduce.class,
            BenchCommand.Reduce.class,
            BenchCommand.ReduceScatter.class,
            BenchCommand.AllGather.class,
            BenchCommand.Gather.class,
            BenchCommand.Scatter.class,
            BenchCommand.Broadcast.class,
            BenchCommand.Barrier.class,
            BenchCommand.PingPongs.class,
            BenchCommand.Codecs.class,
            KernelsCommand.class,
            VersusCommand.class,
            CompareFilesCommand.class,
            HostsCommand.class,
            FusionCommand.class
        })
final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() throws IOException {
        if (tables.explains()) {
            System.out.print(tables.table());
            return 0;
        }
        new CommandLine(spec).usage(spec.commandLine().getOut());
        return 0;
    }

    /** All-reduce. */
    @Command(name = "all-reduce", description = "Every rank gets the sum of all vectors.")
    static final class AllReduce extends CollectiveCommand {
        AllReduce() {
            super(Collective.ALL_REDUCE);
        }
    }

    /** Reduce. */
    @Command(name = "reduce", description = "The root gets the sum of all vectors.")
    static final class Reduce extends CollectiveCommand {
        Reduce() {
            super(Collective.REDUCE);
        }
    }

    /** Reduce-scatter. */
    @Command(name = "reduce-scatter", description = "Every rank gets its part of the sum of all vectors.")
    static final class ReduceScatter extends CollectiveCommand {
        ReduceScatter() {
            super(Collective.REDUCE_SCATTER);
        }
    }

    /** All-gather. */
    @Command(
            name = "all-gather",
            description = "Every rank gets the parts of all; sizes are those of all parts together.")
    static final class AllGather extends CollectiveCommand {
        AllGather() {
            super(Collective.ALL_GATHER);
        }
    }

    /** Gather. */
    @Command(name = "gather", description = "The root gets the parts of all; sizes are those of all parts together.")
    static final class Gather extends CollectiveCommand {
        Gather() {
            super(Collective.GATHER);
        }
    }

    /** Scatter. */
    @Command(name = "scatter", description = "Every rank gets its part of the root's vector.")
    static final class Scatter extends CollectiveCommand {
        Scatter() {
            super(Collective.SCATTER);
        }
    }

    /** Broadcast. */
    @Command(name = "broadcast", description = "Every rank gets the root's vector.")
    static final class Broadcast extends CollectiveCommand {
        Broadcast() {
            super(Collective.BROADCAST);
        }
    }

    /** Barrier. */
    @Command(name = "barrier", description = "Nothing is moved: an agreement round alone. Has no sizes.")
    static final class Barrier extends CollectiveCommand {
        Barrier() {
            super(Collective.BARRIER);
        }
    }

    /** The codec. */
    @Command(
            name = "codec",
            description =
                    "Every rank rounds and packs a vector (encode), and unpacks it (decode): no messages. Ranks at"
                            + " the same time show what the memory gives to all.")
    static final class Codecs extends CollectiveCommand {
        Codecs() {
            super(Collective.CODEC);
        }
    }

    /** Ping-pong. */
    @Command(
            name = "ping-pong",
            description =
                    "Two ranks send each other a message in turn: the transport alone. Times are half a round trip.")
    static final class PingPongs extends CollectiveCommand {
        PingPongs() {
            super(Collective.PING_PONG);
        }
    }
}
