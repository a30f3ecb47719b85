// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.codec.Vectors.Kind;

/** Runs every kernel and collects all that it wrote. As a program: prints a digest, for comparison between JVMs. */
final class KernelWorkload {

    private static final Kernels.Store[] STORES = Kernels.Store.values();

    private KernelWorkload() {}

    /** Prints the kernels' name and the digest of a fixed workload, run cold and, after so many repetitions, compiled. */
    public static void main(String[] args) throws Exception {
        Kernels kernels = args[0].equals("best") ? Kernels.best() : new VectorKernels();
        int repetitions = Integer.parseInt(args[1]);
        String first = digest(kernels);
        for (int i = 0; i < repetitions; i++) {
            run(kernels, 20_480, 9, 4);
            run(kernels, 20_480, 5, 3);
        }
        String second = repetitions == 0 ? first : digest(kernels);
        String both = first.equals(second) ? first : "cold " + first + ", compiled " + second;
        System.out.writeBytes((kernels.name() + " " + both + "\n").getBytes(US_ASCII));
    }

    static String digest(Kernels kernels) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (int bits : new int[] {1, 2, 3, 4, 5, 7, 8, 11, 16}) {
            // Whole blocks: where segments are bounded, reading beyond the last one throws.
            sha256.update(run(kernels, 1024, 9, bits));
        }
        for (int log2Bucket : new int[] {5, 10, Codec.WHOLE_VECTOR}) {
            sha256.update(run(kernels, 1040, log2Bucket, 3));
        }
        for (Kind kind : Kind.values()) {
            sha256.update(run(kernels, Vectors.make(kind, 520, 7), 9, 6));
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    static byte[] run(Kernels kernels, int count, int log2Bucket, int bits) {
        return run(kernels, Vectors.make(Kind.GAUSSIAN, count, count), log2Bucket, bits);
    }

    /** {@return all norms, statistics, codes, sums and decoded values of a vector} */
    static byte[] run(Kernels kernels, float[] x, int log2Bucket, int bits) {
        int count = x.length;
        int levels = bits == 1 ? 1 : (1 << (bits - 1)) - 1;
        int sumBits = bits + 6;
        long packedBytes = PackedLayout.packedBytes(count, bits);
        long sumBytes = PackedLayout.packedBytes(count, sumBits);
        ByteBuffer all = ByteBuffer.allocate(4096 + 64 * count + 2 * (int) packedBytes + (int) sumBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = Vectors.allocate(arena, x);
            MemorySegment norms = Vectors.allocate(arena, PackedLayout.buckets(count, log2Bucket) * 4);
            MemorySegment packed = Vectors.allocate(arena, packedBytes);
            MemorySegment sums = Vectors.allocate(arena, count * 4L);
            MemorySegment wide = Vectors.allocate(arena, sumBytes);
            MemorySegment y = Vectors.allocate(arena, x);
            for (Norm norm : Norm.values()) {
                VectorStatistics totals = new VectorStatistics();
                totals.clear();
                kernels.norms(in, 0, count, norm, log2Bucket, norms, 0, totals);
                all.putFloat(totals.maxMagnitude).putDouble(totals.sumOfSquares);
                all.putLong(totals.nonFiniteCount).putLong(totals.firstNonFinite);
                all.put(bytes(norms, ElementType.FLOAT));
            }
            kernels.norms(in, 0, count, Norm.MAX, log2Bucket, norms, 0, new VectorStatistics());
            // Three blocks before the 2^32nd counter, so that long vectors cross it.
            long firstElement = (1L << 33) - 3 * 512;
            for (Draws draws : new Draws[] {null, Draws.of(1, 2, 3, 1, 7)}) {
                packed.fill((byte) -1);
                kernels.quantize(in, 0, count, norms, 0, log2Bucket, bits, firstElement, draws, packed, 0);
                all.put(packed.toArray(ValueLayout.JAVA_BYTE));
            }
            int slope = bits == 1 ? 2 : 1;
            for (Kernels.Store store : STORES) {
                kernels.unpack(packed, 0, count, bits, slope, levels, norms, 0, log2Bucket, levels, store, y, 0);
                all.put(bytes(y, ElementType.FLOAT));
            }
            all.putLong(kernels.addCodes(packed, 0, count, bits, true, sums, 0));
            all.putLong(kernels.addCodes(packed, 0, count, bits, false, sums, 0));
            all.putLong(kernels.packCodes(sums, 0, count, sumBits, wide, 0)).put(wide.toArray(ValueLayout.JAVA_BYTE));
            int bias = 2 * levels;
            for (Kernels.Store store : STORES) {
                kernels.unpack(wide, 0, count, sumBits, slope, bias, norms, 0, log2Bucket, bias, store, y, 0);
                all.put(bytes(y, ElementType.FLOAT));
            }
        }
        byte[] used = new byte[all.position()];
        all.flip().get(used);
        return used;
    }

    /** {@return a segment's bytes, all NaN made the same} */
    static byte[] bytes(MemorySegment segment, ElementType type) {
        ByteBuffer bytes =
                ByteBuffer.wrap(segment.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.capacity(); at += type.bytes()) {
            if (type == ElementType.FLOAT && Float.isNaN(bytes.getFloat(at))) {
                bytes.putFloat(at, Float.NaN);
            } else if (type == ElementType.DOUBLE && Double.isNaN(bytes.getDouble(at))) {
                bytes.putDouble(at, Double.NaN);
            }
        }
        return bytes.array();
    }
}
