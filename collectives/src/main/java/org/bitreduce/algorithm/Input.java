// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Doubles;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.VectorStatistics;
import org.bitreduce.transport.InPlaceMemory;

/**
 * A rank's vector before the agreement: what one pass over it finds, and the copy that is sent instead of it where
 * something has to be added (error feedback) or taken out (NaN as zero). The caller's memory is not touched.
 */
final class Input {

    private final Kernels kernels;
    private final WorkMeter meter;
    private final Scratch scratch;
    private final int ranks;
    private final VectorStatistics statistics = new VectorStatistics();

    private MemorySegment vector;
    private MemorySegment norms;
    private Norm norm;
    private int log2Bucket;
    private long inputPlace;
    private long outputPlace;

    Input(Group group, Scratch scratch) {
        this.kernels = group.kernels();
        this.meter = group.meter();
        this.scratch = scratch;
        this.ranks = group.size();
    }

    /** Makes the pass over a call's input. */
    void read(Call call, NonFinitePolicy policy) {
        begin(call.input());
        long bytes = vectors(call) * call.inputBytes();
        if (!meter.spend(Work.READ, bytes)) {
            return;
        }
        readAll(call, policy);
        meter.done(Work.READ, bytes);
    }

    private void readAll(Call call, NonFinitePolicy policy) {
        if (call.options().residual() != null) {
            vector = scratch.vector(call.inputBytes());
            MemorySegment.copy(call.options().residual(), 0, vector, 0, call.inputBytes());
            kernels.reduce(ElementType.FLOAT, Reduction.SUM, call.input(), 0, call.count(), vector, 0);
        }
        Codec prototype = call.chooser().prototype();
        pass(call, prototype);
        if (statistics.nonFiniteCount > 0 && policy == NonFinitePolicy.ZERO) {
            zeroNonFinite(call, prototype);
            pass(call, prototype);
        }
    }

    /** Finds out where peers can read this rank's vectors. */
    void locate(Call call, InPlaceMemory memory) {
        inputPlace = memory.locate(vector);
        outputPlace = memory.locate(call.output());
    }

    /** {@return where peers can read the vector} */
    long inputPlace() {
        return inputPlace;
    }

    /** {@return where peers can read the output} */
    long outputPlace() {
        return outputPlace;
    }

    /** An input that contributes nothing: a barrier's, or that of a broadcast away from its root. */
    void readNothing() {
        begin(MemorySegment.NULL);
    }

    private void begin(MemorySegment own) {
        vector = own;
        norm = null;
        inputPlace = InPlaceMemory.NOWHERE;
        outputPlace = InPlaceMemory.NOWHERE;
        statistics.clear();
    }

    /** {@return the vector that this rank contributes} */
    MemorySegment vector() {
        return vector;
    }

    /** {@return what the pass found} */
    VectorStatistics statistics() {
        return statistics;
    }

    /** {@return the vector's scales for a codec}, from another pass if the first was made for a different one. */
    MemorySegment norms(Call call, Codec codec) {
        if (!meter.hasData()) {
            return MemorySegment.NULL;
        }
        if (codec.norm() != norm || codec.log2Bucket() != log2Bucket) {
            pass(call, codec);
        }
        return norms;
    }

    /** {@return the sum over the input's elements of the square of their scale for a codec} */
    double scaleSquares(Call call, Codec codec) {
        double squares = 0;
        if (hasVector() && !codec.isPlain() && meter.hasData()) {
            MemorySegment all = norms(call, codec);
            for (int i = 0; i < vectors(call); i++) {
                squares += Quantizer.scaleSquares(codec, all, i * normsBytes(call, codec), call.count());
            }
        }
        return squares;
    }

    /** {@return the scales found last; null if there was no pass for any} */
    MemorySegment knownNorms() {
        return norm == null ? null : norms;
    }

    /** {@return whether this rank contributes anything} */
    boolean hasVector() {
        return !vector.equals(MemorySegment.NULL);
    }

    private int vectors(Call call) {
        return call.vectors(ranks);
    }

    /** {@return one vector of the input, where it holds several} */
    MemorySegment vector(Call call, int index) {
        return vector.asSlice(index * call.inputBytes(), call.inputBytes());
    }

    /** {@return the scales of one vector of the input} */
    MemorySegment norms(Call call, Codec codec, int index) {
        long each = normsBytes(call, codec);
        MemorySegment all = norms(call, codec);
        return all.equals(MemorySegment.NULL) ? all : all.asSlice(index * each, each);
    }

    private static long normsBytes(Call call, Codec codec) {
        return PackedLayout.buckets(call.count(), log2Bucket(codec)) * Float.BYTES;
    }

    private static int log2Bucket(Codec codec) {
        return codec.isPlain() ? Codec.WHOLE_VECTOR : codec.log2Bucket();
    }

    private void pass(Call call, Codec codec) {
        statistics.clear();
        boolean floats = call.type() == ElementType.FLOAT || call.isDouble() && !codec.isPlain();
        if (floats) {
            passFloats(call, codec);
        } else if (call.isDouble()) {
            passDoubles(vectors(call) * call.count());
        }
    }

    private void passFloats(Call call, Codec codec) {
        norm = codec.norm();
        log2Bucket = log2Bucket(codec);
        long count = call.count();
        long each = normsBytes(call, codec);
        norms = scratch.norms(vectors(call) * each);
        for (int i = 0; i < vectors(call); i++) {
            // A call's vectors never share a bucket.
            long step = call.isDouble() ? Doubles.STRIPE : Math.max(1, count);
            for (long from = 0; from < count; from += step) {
                pass(call, i * count + from, Math.min(step, count - from), i * each + normsOffset(from));
            }
        }
    }

    private long normsOffset(long first) {
        return log2Bucket == Codec.WHOLE_VECTOR ? 0 : (first >>> log2Bucket) * Float.BYTES;
    }

    /** One more piece of the pass: whole buckets, of doubles at most a stripe. */
    private void pass(Call call, long first, long count, long normsAt) {
        MemorySegment floats = vector;
        long at = first * Float.BYTES;
        if (call.isDouble()) {
            floats = scratch.stripe();
            at = 0;
            Doubles.narrow(vector, first * Double.BYTES, (int) count, floats, 0);
        }
        boolean finite = statistics.firstNonFinite < 0;
        kernels.norms(floats, at, count, norm, log2Bucket, norms, normsAt, statistics);
        if (finite && statistics.firstNonFinite >= 0) {
            statistics.firstNonFinite += first;
        }
    }

    private void passDoubles(long count) {
        for (long i = 0; i < count; i++) {
            if (!Double.isFinite(vector.get(JAVA_DOUBLE_UNALIGNED, i * Double.BYTES))) {
                if (statistics.nonFiniteCount++ == 0) {
                    statistics.firstNonFinite = i;
                }
            }
        }
    }

    private void zeroNonFinite(Call call, Codec codec) {
        long bytes = vectors(call) * call.inputBytes();
        MemorySegment copy = scratch.vector(bytes);
        if (vector.address() != copy.address() || !vector.isNative()) {
            MemorySegment.copy(vector, 0, copy, 0, bytes);
        }
        vector = copy;
        for (long at = 0; at < bytes; at += call.type().bytes()) {
            if (call.type() == ElementType.FLOAT) {
                if (!Float.isFinite(copy.get(JAVA_FLOAT_UNALIGNED, at))) {
                    copy.set(JAVA_FLOAT_UNALIGNED, at, 0);
                }
            } else if (!isFinite(copy.get(JAVA_DOUBLE_UNALIGNED, at), codec)) {
                copy.set(JAVA_DOUBLE_UNALIGNED, at, 0);
            }
        }
    }

    /** A codec that quantizes gets doubles as floats, of which some finite ones are infinite. */
    private static boolean isFinite(double value, Codec codec) {
        return codec.isPlain() ? Double.isFinite(value) : Float.isFinite((float) value);
    }
}
