// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.simulate.NetworkModel;

/**
 * What no algorithm that carries the codes of a mode can stay below: one latency, and a link's time for the bytes that a
 * rank must send or receive. Headers and the agreement are not in it.
 *
 * @param network between the ranks
 * @param ranks how many
 * @param count elements of the vector
 * @param codec how they travel
 */
record LowerBound(NetworkModel network, int ranks, long count, Codec codec) {

    double picos(Operation operation, Mode mode) {
        return ranks == 1 ? 0 : network.latencyPicos() + bytes(operation, mode) * network.picosPerByte();
    }

    private double bytes(Operation operation, Mode mode) {
        double share = (ranks - 1.0) / ranks;
        return switch (operation) {
            case ALL_REDUCE ->
                switch (mode) {
                    case PLAIN -> 2 * share * plainBytes();
                    // Of two levels every simulated rank has a host of its own.
                    case TWOSHOT, TWO_LEVEL -> 2 * share * packedBytes();
                    case GATHER -> (ranks - 1) * (codeBytes(codec.bits()) + scaleBytes());
                    case EXACT -> share * (codeBytes(codec.bits()) + codeBytes(sumWidth()) + 2 * scaleBytes());
                    case VOTE -> share * (codeBytes(1) + codeBytes(Kernels.voteWidth(ranks)));
                };
            // Every vector must leave its rank; gathered, all of them reach the root.
            case REDUCE -> mode == Mode.GATHER ? (ranks - 1) * packedBytes() : packedBytes();
            case REDUCE_SCATTER, ALL_GATHER, GATHER, SCATTER -> share * packedBytes();
            case BROADCAST -> packedBytes();
            case BARRIER -> 0;
        };
    }

    private double packedBytes() {
        return codec.isPlain() ? plainBytes() : codeBytes(codec.bits()) + scaleBytes();
    }

    private double plainBytes() {
        return count * (double) Float.BYTES;
    }

    private double codeBytes(int width) {
        return count * (double) width / Byte.SIZE;
    }

    private double scaleBytes() {
        return PackedLayout.buckets(count, codec.log2Bucket()) * (double) Float.BYTES;
    }

    private int sumWidth() {
        return codec.bits() + Integer.SIZE - Integer.numberOfLeadingZeros(ranks - 1);
    }
}
