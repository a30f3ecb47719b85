// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import org.bitreduce.Codec;
import org.bitreduce.Reduction;
import org.bitreduce.Rounding;
import org.bitreduce.codec.Draws;

/**
 * Makes the arithmetics of one quantizing call, for this rank, or, where a rank computes what others would, for any: every
 * rounding is a function of numbers that all ranks know.
 */
final class Arithmetics {

    private static final int FIRST_ROUNDING = 0;
    private static final int OWNERS_ROUNDING = 1;

    private final Group group;
    private final Scratch scratch;
    private final Call call;
    private final Codec codec;
    private final long operation;
    private final Quantizer quantizer;
    private final Draws[] own = new Draws[2];

    Arithmetics(Group group, Scratch scratch, Call call, Codec codec, long operation) {
        this.group = group;
        this.scratch = scratch;
        this.call = call;
        this.codec = codec;
        this.operation = operation;
        this.quantizer = new Quantizer(group.kernels(), codec);
    }

    Quantizer quantizer() {
        return quantizer;
    }

    private Results output() {
        return new Results(call.output(), call.type(), scratch.stripe());
    }

    /** {@return a rank's vector on its way}; the residual is this rank's, so others have none */
    Contribution contribution(int rank, MemorySegment vector, MemorySegment norms) {
        return new Contribution(
                quantizer,
                vector,
                call.type(),
                norms,
                draws(FIRST_ROUNDING, rank),
                scratch.unitNorm(),
                rank == group.rank() ? call.options().residual() : null,
                scratch.stripe());
    }

    private Draws draws(int stage, int rank) {
        if (codec.rounding() == Rounding.NEAREST) {
            return null;
        }
        Draws made = Draws.of(group.options().seed(), operation, call.options().stream(), stage, rank);
        if (rank == group.rank()) {
            own[stage] = made;
        }
        return made;
    }

    /** {@return this rank's random numbers, by stage, null where there are none} */
    Draws[] draws() {
        return own;
    }

    /** {@return the arithmetic of two roundings, the second one by an owner} */
    TwoShotReduction twoShot(Contribution own, int owner, Partition parts) {
        return twoShot(own, owner, new TwoShotReduction.Range(parts.start(owner), parts.length(owner)));
    }

    /** {@return the arithmetic of two roundings, the second one by an owner of some elements} */
    TwoShotReduction twoShot(Contribution own, int owner, TwoShotReduction.Range part) {
        return new TwoShotReduction(
                quantizer,
                own,
                draws(OWNERS_ROUNDING, owner),
                part,
                output(),
                scratch.partNorms(Float.BYTES),
                divisor());
    }

    /** {@return the arithmetic of integer sums at an owner} */
    ExactReduction exact(Contribution own, int owner, Partition parts, LongBuffer sums) {
        return new ExactReduction(
                quantizer,
                own,
                group.size(),
                owner,
                output(),
                scratch.sums(ExactReduction.sumsBytes(codec, group.size(), parts, owner)),
                parts,
                sums,
                divisor());
    }

    /** {@return the arithmetic of majority votes at an owner} */
    VoteReduction vote(Contribution own, int owner, Partition parts) {
        MemorySegment counts = scratch.sums(VoteReduction.countsBytes(group.size(), parts, owner));
        return new VoteReduction(quantizer, own, group.size(), owner, call.output(), counts, parts);
    }

    /** {@return the arithmetic of sums that stay with this rank} */
    SumsOfParts sums(Contribution own, Partition parts) {
        long first = parts.start(group.rank());
        return new SumsOfParts(quantizer, own, group.size(), output(), first, divisor());
    }

    /** {@return the arithmetic of a gathering, on its sender and on its receivers} */
    QuantizedGathering gathering(Contribution own, int sender, Layout layout) {
        boolean adds = call.operation() == Operation.ALL_REDUCE;
        return new QuantizedGathering(
                quantizer, own, layout, sender, output(), scratch.unitNorm(), adds, group.size(), divisor());
    }

    private int divisor() {
        return call.reduction() == Reduction.MEAN ? group.size() : 1;
    }
}
