// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.function.IntSupplier;
import org.bitreduce.Codec;

/** Makes the exchanges of a call, whose arithmetic is given, over the schedules of an algorithm. */
final class Exchanges {

    private static final long MOST_CHUNKS = 1L << Channel.CHUNK_BITS;

    private final Channel channel;
    private final WorkMeter meter;
    private final int elementBytes;
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
        this.grid = algorithm == Algorithm.GRID && fits ? square : null;
    }

    /** {@return what was chosen} */
    Algorithm algorithm() {
        return grid == null ? Algorithm.DIRECT : Algorithm.GRID;
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
        GatherArithmetic work = new MeteredGathering(arithmetic, meter, elementBytes);
        return grid == null
                ? new AllGather(channel, work, parts, stage, inRankOrder, ready)
                : new GridAllGather(channel, work, parts, stage, grid, inRankOrder, ready);
    }

    /** {@return a reduction whose results all ranks get} */
    <A extends ReduceArithmetic & GatherArithmetic> Schedule allReduce(
            A arithmetic, Layout parts, int scatterStage, int gatherStage) {
        Reducing scatter = reduceScatter(arithmetic, parts, scatterStage);
        return new Both(scatter, allGather(arithmetic, parts, gatherStage, false, scatter::combined));
    }
}
