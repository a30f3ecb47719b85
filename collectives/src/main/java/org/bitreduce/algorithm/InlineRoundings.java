// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
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
 * residuals it keeps its own.
 */
final class InlineRoundings {

    private static final long PAYLOAD = FrameHeader.BYTES;

    private final Group group;
    private final Scratch scratch;
    private final Call call;
    private final Decision decision;
    private final Agreement agreement;
    private final Arithmetics arithmetics;
    private final Contribution[] contributions;
    private final Sources messages;

    InlineRoundings(
            Group group,
            Scratch scratch,
            Call call,
            Decision decision,
            Input input,
            Agreement agreement,
            long operation) {
        this.group = group;
        this.scratch = scratch;
        this.call = call;
        this.decision = decision;
        this.agreement = agreement;
        this.arithmetics = new Arithmetics(group, scratch, call, decision.codec(), operation);
        this.contributions = new Contribution[group.size()];
        this.messages = new Sources(group.size());
        MemorySegment norms = norms(input);
        long each = norms.byteSize() / contributions.length;
        for (int source = 0; source < contributions.length; source++) {
            if (call.contributes(source)) {
                MemorySegment scales = Planner.sharesScales(decision)
                        ? input.norms(call, decision.codec())
                        : norms.asSlice(source * each, each);
                contributions[source] = arithmetics.contribution(source, vector(source), scales);
            }
        }
    }

    private MemorySegment vector(int source) {
        return agreement.message(source).asSlice(Agreement.vectorOffset(), call.inputBytes());
    }

    /** {@return every rank's scales, and, where they are shared, their maximum in the input's} */
    private MemorySegment norms(Input input) {
        Codec codec = decision.codec();
        long buckets = PackedLayout.buckets(call.count(), codec.log2Bucket());
        long each = Quantizer.align(buckets * Float.BYTES);
        MemorySegment norms = scratch.allNorms(group.size() * each).asSlice(0, group.size() * each);
        for (int source = 0; source < group.size(); source++) {
            if (!call.contributes(source)) {
                continue;
            }
            arithmetics.quantizer().norms(vector(source), 0, call.count(), norms, source * each);
            if (Planner.sharesScales(decision)) {
                MemorySegment shared = input.norms(call, codec);
                group.kernels().reduce(ElementType.FLOAT, Reduction.MAX, norms, source * each, buckets, shared, 0);
            }
        }
        return norms;
    }

    /** Writes the result of the call. */
    void combine() {
        boolean reduces = call.operation() == Operation.ALL_REDUCE && decision.mode() != Mode.GATHER;
        if (reduces) {
            Partition parts =
                    Partition.of(call.count(), group.size(), decision.codec().log2Bucket());
            for (int owner = 0; owner < group.size(); owner++) {
                reduce(owner, parts);
            }
        } else {
            gather();
        }
    }

    /** One owner's part, which is one chunk. */
    private void reduce(int owner, Partition parts) {
        long first = parts.start(owner);
        long count = parts.length(owner);
        if (count == 0) {
            return;
        }
        LongBuffer sums = LongBuffer.allocate(1);
        for (int source = 0; source < contributions.length; source++) {
            contribute(arithmetic(contributions[source], owner, parts, sums), source, first, count);
        }
        deliver(arithmetic(contributions[owner], owner, parts, sums), owner, first, count);
    }

    private AllReduceArithmetic arithmetic(Contribution own, int owner, Partition parts, LongBuffer sums) {
        return switch (decision.mode()) {
            case EXACT -> arithmetics.exact(own, owner, parts, sums);
            case VOTE -> arithmetics.vote(own, owner, parts);
            default -> arithmetics.twoShot(own, owner, parts);
        };
    }

    private void contribute(ReduceArithmetic arithmetic, int source, long first, long count) {
        MemorySegment message = scratch.message(PAYLOAD + arithmetic.contributionBytes(count));
        arithmetic.contribute(first, count, message, PAYLOAD);
        messages.set(source, message);
        arithmetic.combine(messages, source, source + 1, first, count, PAYLOAD);
    }

    private void deliver(GatherArithmetic arithmetic, int owner, long first, long count) {
        MemorySegment message = scratch.message(PAYLOAD + arithmetic.resultBytes(count));
        arithmetic.finish(first, count, message, PAYLOAD);
        arithmetic.deliver(owner, first, count, message, PAYLOAD);
    }

    private void gather() {
        Layout layout = Planner.gatherLayout(call, Partition.CHUNK);
        for (int source = 0; source < contributions.length; source++) {
            if (call.contributes(source)) {
                QuantizedGathering gathering = arithmetics.gathering(contributions[source], source, layout);
                deliver(gathering, source, layout.start(source), layout.length(source));
            }
        }
    }
}
