// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.function.IntSupplier;
import org.bitreduce.Codec;

/** Makes the exchanges of a call, whose arithmetic is given, over the schedules of an algorithm. */
final class Exchanges {

    /** Of one rank's part: their numbers stand in tags. */
    static final long MOST_CHUNKS = 1L << Channel.CHUNK_BITS;

    private final Channel channel;
    private final WorkMeter meter;
    private final int elementBytes;
    private final Algorithm algorithm;
    private final Grid grid;

    /**
     * Chooses.
     *
     * @param algorithm what the table says; {@link Algorithm#DIRECT} is taken instead where messages would be too long
     * @param call for its size
     */
    Exchanges(Channel channel, Group group, Algorithm algorithm, Call call, Codec codec) {
        this.channel = channel;
        this.meter = group.meter();
        this.elementBytes = call.type().bytes();
        Grid square = Grid.square(group.size());
        long chunk = chunk(square, Planner.granuleBucket(codec));
        // A section is never longer than a few plain elements more than its own.
        long longest = Channel.messageBytes(square.columns() * (chunk + 512) * Math.max(Float.BYTES, elementBytes) * 2);
        boolean fits = longest <= group.transport().maxMessageBytes() && call.count() / chunk < MOST_CHUNKS;
        boolean direct = algorithm.isEarly() || algorithm == Algorithm.GRID && !fits;
        this.algorithm = direct ? Algorithm.DIRECT : algorithm;
        this.grid = this.algorithm == Algorithm.GRID ? square : null;
    }

    /** Of the members of a channel, directly. */
    Exchanges(Channel channel, Group group, Call call) {
        this.channel = channel;
        this.meter = group.meter();
        this.elementBytes = call.type().bytes();
        this.algorithm = Algorithm.DIRECT;
        this.grid = null;
    }

    /** {@return what was chosen} */
    Algorithm algorithm() {
        return algorithm;
    }

    private static long chunk(Grid grid, int log2Bucket) {
        long granule = Partition.granule(log2Bucket);
        long whole = grid == null ? Partition.CHUNK : Partition.CHUNK / grid.columns();
        return Math.max(granule, whole / granule * granule);
    }

    /** {@return elements per message section} */
    long chunk(int log2Bucket) {
        return chunk(grid, log2Bucket);
    }

    /** {@return who owns which elements} Chunks depend on the schedule, parts do not. */
    Partition parts(long count, int log2Bucket) {
        return new Partition(count, channel.size(), Partition.granule(log2Bucket), chunk(log2Bucket));
    }

    Reducing reduceScatter(ReduceArithmetic arithmetic, Layout parts, int stage) {
        ReduceArithmetic work = new MeteredReduction(arithmetic, meter, elementBytes);
        return grid == null
                ? new ReduceScatter(channel, work, parts, stage)
                : new GridReduceScatter(channel, work, parts, stage, grid);
    }

    Schedule allGather(GatherArithmetic arithmetic, Layout parts, int stage, boolean inRankOrder, IntSupplier ready) {
        return gather(arithmetic, parts, stage, AllGather.EVERYBODY, inRankOrder, ready);
    }

    /** {@return every rank's part, as {@code finish} writes it, on its way to a receiver, or to everybody} */
    Schedule gather(
            GatherArithmetic arithmetic,
            Layout parts,
            int stage,
            int receiver,
            boolean inRankOrder,
            IntSupplier ready) {
        GatherArithmetic work = new MeteredGathering(arithmetic, meter, elementBytes);
        return grid == null || receiver != AllGather.EVERYBODY
                ? new AllGather(channel, work, parts, stage, receiver, inRankOrder, ready)
                : new GridAllGather(channel, work, parts, stage, grid, inRankOrder, ready);
    }

    /** {@return every rank's part on its way from the root} */
    Schedule fromRoot(GatherArithmetic arithmetic, Layout parts, int root) {
        return new RootScatter(channel, new MeteredGathering(arithmetic, meter, elementBytes), parts, root);
    }

    /** {@return a reduction whose results all ranks get} */
    Schedule allReduce(AllReduceArithmetic arithmetic, Layout parts, int scatterStage, int gatherStage) {
        Reducing scatter = reduceScatter(arithmetic, parts, scatterStage);
        return new Both(scatter, allGather(arithmetic, parts, gatherStage, false, scatter::combined));
    }

    /** {@return a reduction whose results a receiver gets, or everybody} */
    Schedule reduce(AllReduceArithmetic arithmetic, Layout parts, int receiver) {
        Reducing scatter = reduceScatter(arithmetic, parts, Stage.SCATTER);
        return new Both(scatter, gather(arithmetic, parts, Stage.GATHER, receiver, false, scatter::combined));
    }

    /** {@return the two steps of {@link org.bitreduce.Mode#TWOSHOT}} */
    Schedule twoShot(TwoShotReduction reduction, Layout parts, int receiver) {
        Reducing scatter = reduceScatter(reduction, parts, Stage.SCATTER);
        int chunks = parts.chunks(channel.rank());
        // One scale for the whole part is known only when all of it has been added up.
        IntSupplier ready = reduction.quantizer().codec().isWholeVector()
                ? () -> scatter.combined() == chunks ? chunks : 0
                : scatter::combined;
        return new Both(scatter, gather(reduction, parts, Stage.GATHER, receiver, false, ready));
    }
}
