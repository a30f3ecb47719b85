// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.bitreduce.Codec;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.Sources;

/**
 * The arithmetic of {@link org.bitreduce.Mode#EXACT}: all ranks round against the same scales, codes are summed as
 * integers of {@code B + ceil(log2 n)} bits, and only the sum is decoded. One rounding; the same bits in any order.
 *
 * <p>Every payload begins with the sum of its codes in 64 bytes. The owner compares it with what it unpacks, and the
 * result's sum with the contributions', which no sum of floats could do.
 *
 * @param quantizer the codec
 * @param own this rank's vector; its norms are those that all ranks agreed on
 * @param ranks how many there are
 * @param rank this rank, for messages
 * @param output receives the results of the whole vector
 * @param packedSums room for the packed sums of this rank's part, {@link #sumsBytes}
 * @param parts who owns which elements
 * @param sums room for one number per chunk of the part: what the contributions' codes add up to
 * @param divisor 1, or the number of ranks for a mean
 */
record ExactReduction(
        Quantizer quantizer,
        Contribution own,
        int ranks,
        int rank,
        Results output,
        MemorySegment packedSums,
        Layout parts,
        LongBuffer sums,
        int divisor)
        implements AllReduceArithmetic {

    private static final int CHECKSUM_BYTES = 64;
    private static final java.lang.foreign.ValueLayout.OfLong CHECKSUM =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** {@return bits of a sum of codes over some ranks} */
    static int sumWidth(Codec codec, int ranks) {
        return codec.bits() + Integer.SIZE - Integer.numberOfLeadingZeros(ranks - 1);
    }

    private int width() {
        return sumWidth(quantizer.codec(), ranks);
    }

    @Override
    public long contributionBytes(long count) {
        return CHECKSUM_BYTES
                + PackedLayout.packedBytes(count, quantizer.codec().bits());
    }

    @Override
    public void contribute(long first, long count, MemorySegment message, long payload) {
        long codes = payload + CHECKSUM_BYTES;
        own.pack(first, count, message, codes);
        int bits = quantizer.codec().bits();
        putChecksum(message, payload, quantizer.kernels().sumCodes(message, codes, count, bits));
    }

    @Override
    public void combine(Sources messages, int from, int to, long first, long count, long payload) {
        long announced = 0;
        for (int source = from; source < to; source++) {
            announced += messages.get(source).get(CHECKSUM, payload);
        }
        int bits = quantizer.codec().bits();
        long codes = payload + CHECKSUM_BYTES;
        long sum = quantizer
                .kernels()
                .addCodes(messages, from, to, codes, count, bits, from == 0, packedSums, sumsOffset(first), width());
        if (sum != announced) {
            throw wrongContribution(messages, from, to, first, count, payload);
        }
        int chunk = chunkOf(first);
        sums.put(chunk, from == 0 ? sum : sums.get(chunk) + sum);
    }

    /** Finds out whose codes do not add up to what their message says. */
    private CorruptFrameException wrongContribution(
            Sources messages, int from, int to, long first, long count, long payload) {
        for (int source = from; source < to; source++) {
            MemorySegment message = messages.get(source);
            int bits = quantizer.codec().bits();
            long codes = payload + CHECKSUM_BYTES;
            long sum = quantizer.kernels().sumCodes(message, codes, count, bits);
            if (sum != message.get(CHECKSUM, payload)) {
                return wrongSum("rank " + source + "'s contribution", message.get(CHECKSUM, payload), sum, first);
            }
        }
        throw new IllegalStateException(
                "a message changed while it was read: rank %d, element %d".formatted(rank, first));
    }

    @Override
    public long resultBytes(long count) {
        return CHECKSUM_BYTES + PackedLayout.packedBytes(count, width());
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        long bytes = PackedLayout.packedBytes(count, width());
        MemorySegment.copy(packedSums, sumsOffset(first), message, payload + CHECKSUM_BYTES, bytes);
        // Of the codes as they came: whoever unpacks the result finds out if anything was damaged in between.
        putChecksum(message, payload, sums.get(chunkOf(first)));
    }

    /** {@return bytes of the packed sums of a part} */
    static long sumsBytes(Codec codec, int ranks, Layout parts, int part) {
        return PackedLayout.packedBytes(parts.length(part), sumWidth(codec, ranks));
    }

    /** Chunks begin at multiples of a block. */
    private long sumsOffset(long first) {
        return PackedLayout.packedBytes(first - parts.start(rank), width());
    }

    private int chunkOf(long first) {
        return (int) ((first - parts.start(rank)) / parts.chunk());
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        long codes = payload + CHECKSUM_BYTES;
        long sum = quantizer.kernels().sumCodes(message, codes, count, width());
        if (sum != message.get(CHECKSUM, payload)) {
            throw wrongSum("rank " + owner + "'s result", message.get(CHECKSUM, payload), sum, first);
        }
        quantizer.unpack(
                count,
                message,
                codes,
                width(),
                ranks,
                quantizer.hasScales() ? own.norms() : own.unitNorm(),
                own.normsOffset(first),
                divisor,
                Kernels.Store.SET,
                output.memory(),
                output.at(first));
        output.complete(first, count);
    }

    private static void putChecksum(MemorySegment message, long payload, long sum) {
        message.asSlice(payload, CHECKSUM_BYTES).fill((byte) 0);
        message.set(CHECKSUM, payload, sum);
    }

    private CorruptFrameException wrongSum(String what, long announced, long found, long first) {
        return new CorruptFrameException(
                "rank %d: the codes of %s, from element %d, add up to %d and not to %d as announced; the data was damaged"
                        .formatted(rank, what, first, found, announced));
    }
}
