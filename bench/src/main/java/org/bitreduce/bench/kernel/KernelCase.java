// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Kernels;

/**
 * Something to measure. Every run handles {@code 4 * count} bytes of floats, read or written.
 *
 * @param name what is done
 * @param language {@code Java} or {@code C}
 * @param perWidth whether it depends on the bits per element
 * @param body does it once
 */
record KernelCase(String name, String language, boolean perWidth, Body body) {

    static final String COPY = "copy";
    static final String NORMS = "norms";
    static final String QUANTIZE = "quantize";
    static final String ENCODE = "norms+quantize";
    static final String UNPACK_ADD = "unpack-add";
    static final String UNPACK_SCALE = "unpack-scale";
    static final String REDUCE = "reduce";
    static final String ADD_CODES = "add-4-codes";
    static final String VOTE = "vote-of-4";
    static final String SUM_FLOATS = "sum-4-vectors";
    static final String SUM_CODES = "sum-4-codes";

    static final String JAVA = "Java";
    static final String C = "C";

    /** One run. */
    @FunctionalInterface
    interface Body {
        /**
         * Runs a kernel once over all elements.
         *
         * @param kernels which to use, where it is Java's
         * @param data read and written
         */
        void run(Kernels kernels, KernelData data);
    }

    /** {@return the library's kernels, and a copy of the floats with {@link MemorySegment#copyFrom}} */
    static List<KernelCase> java() {
        return List.of(
                new KernelCase(COPY, JAVA, false, (k, d) -> d.decoded.copyFrom(d.floats)),
                new KernelCase(NORMS, JAVA, false, KernelCase::norms),
                new KernelCase(REDUCE, JAVA, false, KernelCase::reduce),
                new KernelCase(QUANTIZE, JAVA, true, KernelCase::quantize),
                new KernelCase(ENCODE, JAVA, true, KernelCase::encode),
                new KernelCase(UNPACK_ADD, JAVA, true, (k, d) -> unpack(k, d, Kernels.Store.ADD)),
                new KernelCase(UNPACK_SCALE, JAVA, true, (k, d) -> unpack(k, d, Kernels.Store.SET)),
                new KernelCase(ADD_CODES, JAVA, true, KernelCase::addCodes),
                new KernelCase(VOTE, JAVA, false, KernelCase::vote),
                new KernelCase(SUM_FLOATS, JAVA, false, KernelCase::sumFloats),
                new KernelCase(SUM_CODES, JAVA, true, KernelCase::sumCodes));
    }

    /** {@return the same in C, and the C library's {@code memcpy}} */
    static List<KernelCase> c(CKernels c) {
        return List.of(
                new KernelCase(COPY, C, false, (k, d) -> c.copy(d)),
                new KernelCase(NORMS, C, false, (k, d) -> c.norms(d)),
                new KernelCase(QUANTIZE, C, true, (k, d) -> c.quantize(d)),
                new KernelCase(ENCODE, C, true, (k, d) -> {
                    c.norms(d);
                    c.quantize(d);
                }),
                new KernelCase(UNPACK_ADD, C, true, (k, d) -> c.unpack(d, true)),
                new KernelCase(UNPACK_SCALE, C, true, (k, d) -> c.unpack(d, false)));
    }

    private static void norms(Kernels kernels, KernelData d) {
        d.statistics.clear();
        kernels.norms(d.floats, 0, d.count, Norm.MAX, KernelData.LOG2_BUCKET, d.norms, 0, d.statistics);
    }

    private static void reduce(Kernels kernels, KernelData d) {
        kernels.reduce(ElementType.FLOAT, Reduction.SUM, d.floats, 0, d.count, d.decoded, 0);
    }

    private static void quantize(Kernels kernels, KernelData d) {
        kernels.quantize(d.floats, 0, d.count, d.norms, 0, KernelData.LOG2_BUCKET, d.bits, 0, d.draws, d.packed, 0);
    }

    private static void sumFloats(Kernels kernels, KernelData d) {
        kernels.reduceAll(
                ElementType.FLOAT, Reduction.SUM, d.vectors, 0, KernelData.RANKS, 0, d.count, true, d.decoded, 0);
    }

    private static void sumCodes(Kernels kernels, KernelData d) {
        int levels = d.levels();
        kernels.unpackAll(
                d.codes,
                0,
                KernelData.RANKS,
                0,
                d.count,
                d.bits,
                1,
                levels,
                d.norms,
                0,
                KernelData.LOG2_BUCKET,
                levels,
                true,
                d.decoded,
                0);
    }

    /** The sums of 4 codes take two bits more. */
    private static void addCodes(Kernels kernels, KernelData d) {
        kernels.addCodes(d.codes, 0, KernelData.RANKS, 0, d.count, d.bits, true, d.decoded, 0, d.bits + 2);
    }

    /** What is in the codes is read as votes; four of them are counted in three planes, and decided in two bits. */
    private static void vote(Kernels kernels, KernelData d) {
        kernels.addVotes(d.codes, 0, KernelData.RANKS, 0, d.count, true, d.decoded, 0, 3);
        kernels.decideVotes(d.decoded, 0, d.count, 3, KernelData.RANKS, d.decoded, d.count / 2L);
    }

    private static void encode(Kernels kernels, KernelData d) {
        d.statistics.clear();
        kernels.encode(
                d.floats,
                0,
                d.count,
                Norm.MAX,
                KernelData.LOG2_BUCKET,
                d.norms,
                0,
                d.statistics,
                d.bits,
                0,
                d.draws,
                d.packed,
                0);
    }

    private static void unpack(Kernels kernels, KernelData d, Kernels.Store store) {
        int levels = d.levels();
        kernels.unpack(
                d.packed,
                0,
                d.count,
                d.bits,
                1,
                levels,
                d.norms,
                0,
                KernelData.LOG2_BUCKET,
                levels,
                store,
                d.decoded,
                0);
    }

    /** {@return Java's cases, and C's if there are any} */
    static List<KernelCase> all(CKernels c) {
        List<KernelCase> all = new ArrayList<>(java());
        if (c != null) {
            all.addAll(c(c));
        }
        return all;
    }
}
