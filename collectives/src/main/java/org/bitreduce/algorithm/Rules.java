// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Doubles;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.transport.Transport;

/** What goes with what: checked for a chooser's prototype before anything is sent, and for what it chose afterwards. */
public final class Rules {

    private Rules() {}

    /** A call that no rank can carry out. */
    static final class RefusedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Checks a call with a codec.
     *
     * @param call the call
     * @param codec the chooser's prototype, or what it chose
     * @param transport the group
     * @param options of the communicator
     * @throws IllegalArgumentException saying what does not go with what
     */
    public static void check(Call call, Codec codec, Transport transport, CommunicatorOptions options) {
        String refusal = refusal(call, codec, options);
        if (refusal == null) {
            refusal = refusal(call.options().mode(), codec, transport.size());
        }
        if (refusal == null) {
            refusal = sizeRefusal(call, codec, transport);
        }
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
    }

    private static String refusal(Call call, Codec codec, CommunicatorOptions options) {
        Reduction reduction = call.reduction();
        MemorySegment residual = call.options().residual();
        boolean floating = call.type() == ElementType.FLOAT || call.type() == ElementType.DOUBLE;
        if (!codec.isPlain() && !floating) {
            return "quantizing codecs carry FLOAT and DOUBLE only: type=%s, codec=%s".formatted(call.type(), codec);
        }
        if (!codec.isPlain() && call.isDouble() && codec.log2Bucket() > Doubles.LOG2_STRIPE) {
            return "with DOUBLE a scale serves at most 2^%d elements: take a smaller bucket: codec=%s"
                    .formatted(Doubles.LOG2_STRIPE, codec);
        }
        Mode mode = call.options().mode();
        if (!codec.isPlain() && call.isDouble() && (mode == Mode.TWO_LEVEL || mode == Mode.VOTE)) {
            return "mode %s quantizes FLOAT only: type=%s, codec=%s".formatted(mode, call.type(), codec);
        }
        if (!codec.isPlain() && call.isDouble() && call.chooser().prototype().isPlain()) {
            return "a chooser whose prototype is plain cannot quantize DOUBLE, whose range nobody has looked at: codec="
                    + codec;
        }
        if (!codec.isPlain() && (reduction == Reduction.MAX || reduction == Reduction.MIN)) {
            return "MAX and MIN are for plain elements: reduction=%s, codec=%s".formatted(reduction, codec);
        }
        if (reduction == Reduction.MEAN && !floating) {
            return "a mean needs FLOAT or DOUBLE: type=" + call.type();
        }
        if (residual != null && (call.type() != ElementType.FLOAT || codec.norm() == Norm.UNIT)) {
            return "error feedback needs FLOAT and a codec with scales: type=%s, codec=%s"
                    .formatted(call.type(), codec);
        }
        if (codec.norm() == Norm.UNIT && options.nonFinite() == NonFinitePolicy.PROPAGATE) {
            return "votes have no scale that could carry NaN: choose the policy THROW or ZERO";
        }
        if (!call.operation().combines() && mode != null) {
            return "modes are for all-reduce and reduce, %s has one arithmetic: pass no mode"
                    .formatted(call.operation());
        }
        if (call.operation() == Operation.REDUCE && mode == Mode.TWO_LEVEL) {
            return "mode TWO_LEVEL is for all-reduce: for reduce take TWOSHOT, EXACT, VOTE, GATHER or PLAIN";
        }
        Codec prototype = call.chooser().prototype();
        if (call.operation() == Operation.REDUCE_SCATTER
                && Planner.granuleBucket(codec) != Planner.granuleBucket(prototype)) {
            return "the chosen codec would cut the vector elsewhere than the chooser's prototype: %s, not %s"
                    .formatted(codec, prototype);
        }
        return null;
    }

    private static String sizeRefusal(Call call, Codec codec, Transport transport) {
        long chunk = Math.max(Partition.CHUNK, Partition.granule(Planner.granuleBucket(codec)));
        long elements = Math.min(chunk, call.count());
        long bytes = codec.isPlain()
                ? elements * call.type().bytes()
                : 128 + elements * Float.BYTES / 16 + PackedLayout.packedBytes(elements, PackedLayout.MAX_WIDTH);
        if (Channel.messageBytes(bytes) > transport.maxMessageBytes()) {
            return "a bucket of 2^%d elements does not fit into one message of at most %d bytes: take a smaller one"
                    .formatted(codec.log2Bucket(), transport.maxMessageBytes());
        }
        if (Math.ceilDiv(call.count(), chunk) > Exchanges.MOST_CHUNKS) {
            return "a call carries at most %d elements of this kind: count=%d; cut the vector into several calls"
                    .formatted(Exchanges.MOST_CHUNKS * chunk, call.count());
        }
        return null;
    }

    /**
     * Checks whether an all-reduce of a mode can carry a codec.
     *
     * @param mode the mode, or null for the usual one
     * @param codec the codec
     * @param ranks how many ranks
     * @return null if so, else why not
     */
    public static String refusal(Mode mode, Codec codec, int ranks) {
        if (mode == Mode.PLAIN && !codec.isPlain()) {
            return "mode PLAIN carries plain elements only: codec=" + codec;
        }
        if (mode == Mode.VOTE && codec.norm() != Norm.UNIT) {
            return "mode VOTE takes signs without scales, 1 bit and norm UNIT: codec=" + codec;
        }
        if (mode == Mode.EXACT && !codec.isPlain()) {
            if (ExactReduction.sumWidth(codec, ranks) > PackedLayout.MAX_WIDTH) {
                return "sums of %d-bit codes over %d ranks need more than 22 bits: use fewer bits, or mode TWOSHOT"
                        .formatted(codec.bits(), ranks);
            }
            if (codec.norm() == Norm.MEAN_MAGNITUDE) {
                return "mode EXACT needs scales that bound every element, or votes: norm=" + codec.norm();
            }
        }
        return null;
    }
}
