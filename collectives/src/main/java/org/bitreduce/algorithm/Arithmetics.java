// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
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
    private final List<Drawing> drawings = new ArrayList<>();

    /** Random numbers of one rounding, and where they stand among all. */
    record Drawing(Draws draws, int stage, int rank) {

        /** Draws for another operation. */
        void restart(long seed, long operation, long stream) {
            draws.restart(seed, operation, stream, stage, rank);
        }
    }

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

    private Results output(long first) {
        return new Results(call.output(), call.type(), scratch.stripe(), first);
    }

    /** {@return where the sums of a part go: to their place in the result, or, where that is not wanted, to a place of their own} */
    private Results sums(TwoShotReduction.Range part) {
        return call.delivers(group.rank())
                ? output(0)
                : new Results(
                        scratch.part(part.count() * call.type().bytes()), call.type(), scratch.stripe(), part.first());
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
        for (Drawing known : drawings) {
            if (known.stage == stage && known.rank == rank) {
                return known.draws;
            }
        }
        Draws made = Draws.of(group.options().seed(), operation, call.options().stream(), stage, rank);
        drawings.add(new Drawing(made, stage, rank));
        return made;
    }

    /** {@return all drawings that draw random numbers} */
    List<Drawing> drawings() {
        return drawings;
    }

    /** {@return the arithmetic of two drawings, the second one by an owner} */
    TwoShotReduction twoShot(Contribution own, int owner, Partition parts) {
        return twoShot(own, owner, new TwoShotReduction.Range(parts.start(owner), parts.length(owner)));
    }

    /** {@return the arithmetic of two drawings, the second one by an owner of some elements} */
    TwoShotReduction twoShot(Contribution own, int owner, TwoShotReduction.Range part) {
        return new TwoShotReduction(
                quantizer,
                own,
                draws(OWNERS_ROUNDING, owner),
                part,
                sums(part),
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
                output(0),
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
        return new SumsOfParts(quantizer, own, group.size(), output(parts.start(group.rank())), divisor());
    }

    /** {@return the arithmetic of a gathering, on its sender and on its receivers} */
    QuantizedGathering gathering(Contribution own, int sender, Layout layout) {
        boolean adds = call.operation().combines();
        return new QuantizedGathering(
                quantizer, own, layout, sender, output(0), scratch.unitNorm(), adds, group.size(), divisor());
    }

    private int divisor() {
        return call.reduction() == Reduction.MEAN ? group.size() : 1;
    }
}
