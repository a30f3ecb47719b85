// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.bitreduce.Codec;
import org.bitreduce.codec.PackedLayout;

/**
 * An owner's half of a call in {@link org.bitreduce.Mode#TWOSHOT} whose elements have come to their owners with the
 * agreement, as they were: it does all ranks' roundings of its part, and adds them up. With error feedback every rank
 * rounds the other parts of its own vector, too, to keep what that drops. Prepared once for a decision, and run for every
 * call that comes to it.
 */
final class EagerRoundings implements Runnable {

    private final Scratch scratch;
    private final Call call;
    private final Input input;
    private final Supplier<Agreement> agreement;
    private final int rank;
    private final int ranks;
    private final Partition parts;
    private final VectorCopies copies;
    private final Contribution own;
    private final LocalReduction reduction;

    EagerRoundings(
            Group group,
            Scratch scratch,
            Call call,
            Input input,
            Arithmetics arithmetics,
            Partition parts,
            Supplier<Agreement> agreement) {
        this.scratch = scratch;
        this.call = call;
        this.input = input;
        this.agreement = agreement;
        this.rank = group.rank();
        this.ranks = group.size();
        this.parts = parts;
        this.copies = new VectorCopies(scratch, arithmetics.quantizer(), ranks, call.count());
        AllReduceArithmetic[] bySource = new AllReduceArithmetic[ranks];
        Contribution mine = null;
        for (int source = 0; source < ranks; source++) {
            Contribution contribution = arithmetics.contribution(source, copies.vector(source), copies.norms(source));
            bySource[source] = arithmetics.twoShot(contribution, rank, parts);
            mine = source == rank ? contribution : mine;
        }
        this.own = mine;
        this.reduction = new LocalReduction(scratch, bySource, rank, parts);
    }

    /** {@return whether an owner can round others' elements by a codec: their scales must be those of what it has got} */
    static boolean fits(Codec codec) {
        return !codec.isPlain()
                && !codec.isWholeVector()
                && Partition.granule(codec.log2Bucket()) == PackedLayout.BLOCK;
    }

    /** {@return the second half, which starts from the sums} */
    AllReduceArithmetic arithmetic() {
        return reduction.owners();
    }

    /** Writes the sums of this rank's part. */
    @Override
    public void run() {
        long first = parts.start(rank);
        long count = parts.length(rank);
        for (int source = 0; source < ranks; source++) {
            if (source != rank) {
                copies.take(source, agreement.get().message(source), Agreement.vectorOffset(), first, count);
            }
        }
        if (own.residual() == null) {
            copies.take(rank, input.vector(), first * Float.BYTES, first, count);
        } else {
            copies.take(rank, input.vector(), 0, 0, call.count());
            keepWhatRoundingDrops();
        }
        reduction.combine();
    }

    /** Of the parts that others own; this rank's own part is still to come. */
    private void keepWhatRoundingDrops() {
        for (int owner = 0; owner < ranks; owner++) {
            long count = parts.length(owner);
            if (owner != rank && count > 0) {
                MemorySegment unsent = scratch.message(own.quantizer().payloadBytes(count));
                own.encode(parts.start(owner), count, unsent, 0);
            }
        }
    }
}
