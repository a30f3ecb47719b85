// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.function.Supplier;
import org.bitreduce.Codec;
import org.bitreduce.Mode;

/**
 * A quantizing call on small vectors that have all come with the agreement, as they were: every rank does all ranks'
 * roundings, in the arithmetic of the mode, and so gets the bits that an exchange of codes would have given. Of the
 * residuals it keeps its own. Prepared once for a decision, and run for every call that comes to it.
 */
final class InlineRoundings implements Runnable {

    private final Scratch scratch;
    private final Call call;
    private final Supplier<Agreement> agreement;
    private final VectorCopies copies;

    /** The maximum of all ranks' scales, where they are shared; else null. */
    private final MemorySegment sharedNorms;

    private final Contribution[] contributions;

    /** By owner; null where nothing is added part by part. */
    private final LocalReduction[] reductions;

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
        this.scratch = scratch;
        this.call = call;
        this.agreement = agreement;
        this.copies = new VectorCopies(scratch, arithmetics.quantizer(), ranks, call.count());
        this.sharedNorms = Planner.sharesScales(decision) ? input.norms(call, codec) : null;
        this.contributions = new Contribution[ranks];
        for (int source = 0; source < ranks; source++) {
            if (call.contributes(source)) {
                MemorySegment scales = sharedNorms == null ? copies.norms(source) : sharedNorms;
                contributions[source] = arithmetics.contribution(source, copies.vector(source), scales);
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

    private LocalReduction[] reductions(Mode mode, Partition parts, Arithmetics arithmetics) {
        LocalReduction[] made = new LocalReduction[contributions.length];
        for (int owner = 0; owner < contributions.length; owner++) {
            LongBuffer sums = LongBuffer.allocate(1); // a part is one chunk
            AllReduceArithmetic[] bySource = new AllReduceArithmetic[contributions.length];
            for (int source = 0; source < contributions.length && parts.length(owner) > 0; source++) {
                Contribution own = contributions[source];
                bySource[source] = switch (mode) {
                    case EXACT -> arithmetics.exact(own, owner, parts, sums);
                    case VOTE -> arithmetics.vote(own, owner, parts);
                    default -> arithmetics.twoShot(own, owner, parts);
                };
            }
            made[owner] = new LocalReduction(scratch, bySource, owner, parts);
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
            if (reductions != null) {
                reductions[rank].combine();
                reductions[rank].deliver();
            } else if (layout.length(rank) > 0) {
                LocalReduction.deliver(gatherings[rank], scratch, rank, layout.start(rank), layout.length(rank));
            }
        }
    }

    /** Copies a rank's vector and finds its scales. */
    private void take(int source) {
        copies.take(source, agreement.get().message(source), Agreement.vectorOffset(), 0, call.count());
        if (sharedNorms != null) {
            // The maximum with this rank's own, which it holds, is none the less the maximum of all.
            copies.raise(sharedNorms, source);
        }
    }
}
