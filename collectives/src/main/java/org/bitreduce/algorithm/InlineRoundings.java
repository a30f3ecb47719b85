// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.function.Supplier;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.Sources;
import org.bitreduce.frame.FrameHeader;

/**
 * A quantizing call on small vectors that have all come with the agreement, as they were: every rank does all ranks'
 * roundings, in the arithmetic of the mode, and so gets the bits that an exchange of codes would have given. Of the
 * residuals it keeps its own. Prepared once for a decision, and run for every call that comes to it.
 */
final class InlineRoundings implements Runnable {

    private static final long PAYLOAD = FrameHeader.BYTES;

    private final Group group;
    private final Scratch scratch;
    private final Call call;
    private final Supplier<Agreement> agreement;
    private final Quantizer quantizer;
    private final Sources messages;

    /** Copies of the vectors: where those come to lie differs from call to call. */
    private final MemorySegment vectors;

    private final long vectorBytes;
    private final MemorySegment norms;
    private final long normsBytes;

    /** The maximum of all ranks' scales, where they are shared; else null. */
    private final MemorySegment sharedNorms;

    private final Contribution[] contributions;

    /** By owner, then by the rank whose vector is added; null where nothing is added part by part. */
    private final AllReduceArithmetic[][] reductions;

    /** By rank; null where there are reductions. */
    private final QuantizedGathering[] gatherings;

    private final Layout layout;

    InlineRoundings(
            Group group,
            Scratch scratch,
            Call call,
            Decision decision,
            Input input,
            Arithmetics arithmetics,
            Supplier<Agreement> agreement) {
        int ranks = group.size();
        Codec codec = decision.codec();
        this.group = group;
        this.scratch = scratch;
        this.call = call;
        this.agreement = agreement;
        this.quantizer = arithmetics.quantizer();
        this.messages = new Sources(ranks);
        this.vectorBytes = Quantizer.align(call.inputBytes());
        this.vectors = scratch.allVectors(ranks * vectorBytes);
        this.normsBytes = Quantizer.align(buckets() * Float.BYTES);
        this.norms = scratch.allNorms(ranks * normsBytes);
        this.sharedNorms = Planner.sharesScales(decision) ? input.norms(call, codec) : null;
        this.contributions = new Contribution[ranks];
        for (int source = 0; source < ranks; source++) {
            if (call.contributes(source)) {
                contributions[source] = contribution(source, arithmetics);
            }
        }
        if (call.operation() == Operation.ALL_REDUCE && decision.mode() != Mode.GATHER) {
            Partition parts = Partition.of(call.count(), ranks, codec.log2Bucket());
            layout = parts;
            reductions = reductions(decision.mode(), parts, arithmetics);
            gatherings = null;
        } else {
            layout = Planner.gatherLayout(call, Partition.CHUNK);
            reductions = null;
            gatherings = gatherings(arithmetics);
        }
    }

    private Contribution contribution(int source, Arithmetics arithmetics) {
        MemorySegment vector = vectors.asSlice(source * vectorBytes, call.inputBytes());
        MemorySegment scales =
                sharedNorms == null ? norms.asSlice(source * normsBytes, buckets() * Float.BYTES) : sharedNorms;
        return arithmetics.contribution(source, vector, scales);
    }

    private AllReduceArithmetic[][] reductions(Mode mode, Partition parts, Arithmetics arithmetics) {
        AllReduceArithmetic[][] made = new AllReduceArithmetic[contributions.length][contributions.length];
        for (int owner = 0; owner < contributions.length; owner++) {
            LongBuffer sums = LongBuffer.allocate(1); // a part is one chunk
            for (int source = 0; source < contributions.length && parts.length(owner) > 0; source++) {
                Contribution own = contributions[source];
                made[owner][source] = switch (mode) {
                    case EXACT -> arithmetics.exact(own, owner, parts, sums);
                    case VOTE -> arithmetics.vote(own, owner, parts);
                    default -> arithmetics.twoShot(own, owner, parts);
                };
            }
        }
        return made;
    }

    private QuantizedGathering[] gatherings(Arithmetics arithmetics) {
        QuantizedGathering[] made = new QuantizedGathering[contributions.length];
        for (int source = 0; source < contributions.length; source++) {
            if (call.contributes(source)) {
                made[source] = arithmetics.gathering(contributions[source], source, layout);
            }
        }
        return made;
    }

    /** Writes the result of the call. */
    @Override
    public void run() {
        for (int source = 0; source < contributions.length; source++) {
            if (call.contributes(source)) {
                take(source);
            }
        }
        for (int rank = 0; rank < contributions.length; rank++) {
            long first = layout.start(rank);
            long count = layout.length(rank);
            if (count > 0 && reductions != null) {
                reduce(rank, first, count);
            } else if (count > 0) {
                deliver(gatherings[rank], rank, first, count);
            }
        }
    }

    /** Copies a rank's vector and finds its scales. */
    private void take(int source) {
        MemorySegment message = agreement.get().message(source);
        long at = source * vectorBytes;
        MemorySegment.copy(message, Agreement.vectorOffset(), vectors, at, call.inputBytes());
        quantizer.norms(vectors, at, call.count(), norms, source * normsBytes);
        if (sharedNorms != null) {
            // The maximum with this rank's own, which it holds, is none the less the maximum of all.
            long from = source * normsBytes;
            group.kernels().reduce(ElementType.FLOAT, Reduction.MAX, norms, from, buckets(), sharedNorms, 0);
        }
    }

    private void reduce(int owner, long first, long count) {
        for (int source = 0; source < contributions.length; source++) {
            AllReduceArithmetic arithmetic = reductions[owner][source];
            MemorySegment message = scratch.message(PAYLOAD + arithmetic.contributionBytes(count));
            arithmetic.contribute(first, count, message, PAYLOAD);
            messages.set(source, message);
            arithmetic.combine(messages, source, source + 1, first, count, PAYLOAD);
        }
        deliver(reductions[owner][owner], owner, first, count);
    }

    private void deliver(GatherArithmetic arithmetic, int owner, long first, long count) {
        MemorySegment message = scratch.message(PAYLOAD + arithmetic.resultBytes(count));
        arithmetic.finish(first, count, message, PAYLOAD);
        arithmetic.deliver(owner, first, count, message, PAYLOAD);
    }

    private long buckets() {
        return PackedLayout.buckets(call.count(), quantizer.codec().log2Bucket());
    }
}
