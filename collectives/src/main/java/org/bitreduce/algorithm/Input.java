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
    }

    /** Makes the pass over a call's input. */
    void read(Call call, NonFinitePolicy policy) {
        begin(call.input());
        if (!meter.spend(Work.READ, call.inputBytes())) {
            return;
        }
        readAll(call, policy);
        meter.done(Work.READ, call.inputBytes());
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
            zeroNonFinite(call);
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

    /** {@return the scales found last; null if there was no pass for any} */
    MemorySegment knownNorms() {
        return norm == null ? null : norms;
    }

    /** {@return whether this rank contributes anything} */
    boolean hasVector() {
        return !vector.equals(MemorySegment.NULL);
    }

    private void pass(Call call, Codec codec) {
        switch (call.type()) {
            case FLOAT -> passFloats(call.count(), codec);
            case DOUBLE -> passDoubles(call.count());
            default -> {}
        }
    }

    private void passFloats(long count, Codec codec) {
        statistics.clear();
        norm = codec.norm();
        log2Bucket = codec.isPlain() ? Codec.WHOLE_VECTOR : codec.log2Bucket();
        norms = scratch.norms(PackedLayout.buckets(count, log2Bucket) * Float.BYTES);
        kernels.norms(vector, 0, count, norm, log2Bucket, norms, 0, statistics);
    }

    private void passDoubles(long count) {
        statistics.clear();
        for (long i = 0; i < count; i++) {
            if (!Double.isFinite(vector.get(JAVA_DOUBLE_UNALIGNED, i * Double.BYTES))) {
                if (statistics.nonFiniteCount++ == 0) {
                    statistics.firstNonFinite = i;
                }
            }
        }
    }

    private void zeroNonFinite(Call call) {
        MemorySegment copy = scratch.vector(call.inputBytes());
        if (vector.address() != copy.address() || !vector.isNative()) {
            MemorySegment.copy(vector, 0, copy, 0, call.inputBytes());
        }
        vector = copy;
        for (long i = 0; i < call.count(); i++) {
            if (call.type() == ElementType.FLOAT) {
                if (!Float.isFinite(copy.get(JAVA_FLOAT_UNALIGNED, i * Float.BYTES))) {
                    copy.set(JAVA_FLOAT_UNALIGNED, i * Float.BYTES, 0);
                }
            } else if (!Double.isFinite(copy.get(JAVA_DOUBLE_UNALIGNED, i * Double.BYTES))) {
                copy.set(JAVA_DOUBLE_UNALIGNED, i * Double.BYTES, 0);
            }
        }
    }
}
