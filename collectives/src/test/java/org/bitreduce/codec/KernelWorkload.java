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
import org.bitreduce.Reduction;
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
        ByteBuffer all = ByteBuffer.allocate(4096 + 160 * count + 3 * (int) packedBytes + (int) sumBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = Vectors.allocate(arena, x);
            MemorySegment norms = Vectors.allocate(arena, PackedLayout.buckets(count, log2Bucket) * 4);
            MemorySegment packed = Vectors.allocate(arena, packedBytes);
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
            VectorStatistics encoded = new VectorStatistics();
            encoded.clear();
            MemorySegment scales = Vectors.allocate(arena, norms.byteSize());
            Draws third = Draws.of(3, 2, 1, 0, 1);
            Norm norm = bits == 1 ? Norm.MEAN_MAGNITUDE : Norm.EUCLIDEAN;
            kernels.encode(in, 0, count, norm, log2Bucket, scales, 0, encoded, bits, 1024, third, packed, 0);
            all.put(bytes(scales, ElementType.FLOAT)).put(packed.toArray(ValueLayout.JAVA_BYTE));
            all.putDouble(encoded.sumOfSquares).putLong(encoded.firstNonFinite).putLong(encoded.nonFiniteCount);
            int slope = bits == 1 ? 2 : 1;
            for (Kernels.Store store : STORES) {
                kernels.unpack(packed, 0, count, bits, slope, levels, norms, 0, log2Bucket, levels, store, y, 0);
                all.put(bytes(y, ElementType.FLOAT));
            }
            all.putLong(kernels.sumCodes(packed, 0, count, bits));
            Sources one = new Sources(1);
            one.set(0, packed);
            wide.fill((byte) -1);
            all.putLong(kernels.addCodes(one, 0, 1, 0, count, bits, true, wide, 0, sumBits));
            all.putLong(kernels.addCodes(one, 0, 1, 0, count, bits, false, wide, 0, sumBits));
            all.putLong(kernels.sumCodes(wide, 0, count, sumBits)).put(wide.toArray(ValueLayout.JAVA_BYTE));
            int bias = 2 * levels;
            for (Kernels.Store store : STORES) {
                kernels.unpack(wide, 0, count, sumBits, slope, bias, norms, 0, log2Bucket, bias, store, y, 0);
                all.put(bytes(y, ElementType.FLOAT));
            }
            addAll(kernels, arena, in, norms, packed, log2Bucket, bits, all);
        }
        byte[] used = new byte[all.position()];
        all.flip().get(used);
        return used;
    }

    /** Adds up the codes of three ranks, two of which have their scales before them, and three vectors. */
    private static void addAll(
            Kernels kernels,
            Arena arena,
            MemorySegment in,
            MemorySegment norms,
            MemorySegment packed,
            int log2Bucket,
            int bits,
            ByteBuffer all) {
        int count = (int) (in.byteSize() / 4);
        int levels = bits == 1 ? 1 : (1 << (bits - 1)) - 1;
        int slope = bits == 1 ? 2 : 1;
        long scales = norms.byteSize();
        Sources messages = new Sources(4);
        Sources vectors = new Sources(4);
        for (int rank = 0; rank < 4; rank++) {
            // Rank 1's codes are rank 0's with all bits changed; its scales are twice as large.
            MemorySegment message = Vectors.allocate(arena, scales + packed.byteSize());
            MemorySegment.copy(packed, 0, message, scales, packed.byteSize());
            for (long at = scales; rank == 1 && at < message.byteSize(); at += 4) {
                message.set(LittleEndian.INT, at, ~message.get(LittleEndian.INT, at));
            }
            float[] x = in.toArray(ValueLayout.JAVA_FLOAT);
            for (long at = 0; at < scales; at += 4) {
                message.set(LittleEndian.FLOAT, at, norms.get(LittleEndian.FLOAT, at) * (rank + 1));
            }
            for (int i = 0; i < count; i++) {
                x[i] *= rank + 0.7f;
            }
            messages.set(rank, message);
            vectors.set(rank, Vectors.allocate(arena, x));
        }
        MemorySegment y = Vectors.allocate(arena, count * 4L).fill((byte) 3);
        double divisor = 3 * levels;
        kernels.unpackAll(messages, 0, 2, scales, count, bits, slope, levels, null, 0, log2Bucket, divisor, true, y, 0);
        all.put(bytes(y, ElementType.FLOAT));
        kernels.unpackAll(
                messages, 1, 4, scales, count, bits, slope, levels, norms, 0, log2Bucket, levels, false, y, 0);
        all.put(bytes(y, ElementType.FLOAT));
        kernels.reduceAll(ElementType.FLOAT, Reduction.SUM, vectors, 0, 4, 0, count, true, y, 0);
        all.put(bytes(y, ElementType.FLOAT));
        kernels.reduceAll(ElementType.FLOAT, Reduction.MAX, vectors, 1, 3, 0, count, false, y, 0);
        all.put(bytes(y, ElementType.FLOAT));
        kernels.reduceAll(ElementType.DOUBLE, Reduction.MEAN, vectors, 2, 4, 0, count / 2, true, y, 0);
        all.put(bytes(y.asSlice(0, count / 2 * 8L), ElementType.DOUBLE));
        MemorySegment sums = Vectors.allocate(arena, PackedLayout.packedBytes(count, bits + 3));
        all.putLong(kernels.addCodes(messages, 0, 3, scales, count, bits, true, sums, 0, bits + 3));
        all.putLong(kernels.addCodes(messages, 1, 4, scales, count, bits, false, sums, 0, bits + 3));
        all.put(sums.toArray(ValueLayout.JAVA_BYTE));
        long planeBytes = PackedLayout.packedBytes(Math.ceilDiv(count, 512) * 512L, 1);
        MemorySegment counts = Vectors.allocate(arena, 5 * planeBytes).fill((byte) 7);
        kernels.addVotes(messages, 0, 3, scales, count, true, counts, 0, 5);
        kernels.addVotes(messages, 1, 4, scales, count, false, counts, 0, 5);
        for (int ranks = 5; ranks <= 6; ranks++) {
            MemorySegment votes = Vectors.allocate(arena, PackedLayout.packedBytes(count, Kernels.voteWidth(ranks)));
            kernels.decideVotes(counts, 0, count, 5, ranks, votes, 0);
            all.put(votes.toArray(ValueLayout.JAVA_BYTE));
        }
        // In place.
        kernels.reduceAll(ElementType.FLOAT, Reduction.SUM, vectors, 0, 4, 0, count, true, vectors.get(2), 0);
        all.put(bytes(vectors.get(2), ElementType.FLOAT));
        kernels.reduceAll(ElementType.FLOAT, Reduction.MIN, vectors, 0, 4, 0, count, true, vectors.get(1), 0);
        all.put(bytes(vectors.get(1), ElementType.FLOAT));
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
