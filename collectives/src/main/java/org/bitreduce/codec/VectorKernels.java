// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.Buckets.bucket;
import static org.bitreduce.codec.Buckets.isSmall;
import static org.bitreduce.codec.Buckets.norm;
import static org.bitreduce.codec.Lanes.at;
import static org.bitreduce.codec.Lanes.canRead;
import static org.bitreduce.codec.Lanes.canWrite;
import static org.bitreduce.codec.PackedLayout.BLOCK;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;

/**
 * The same bits as {@link ScalarKernels}, by vectors of 128, 256 or 512 bits. Stateless and thread-safe.
 *
 * <p>Whole blocks off-heap are read and written where they lie. Segments on the heap, and what is left of the last block, go
 * by way of a block that is off-heap ({@link Staging}), or, where that has not been needed, to the scalar kernels. Where the
 * module of this class has native access, ranges are checked when a kernel begins, and then read at their addresses: an
 * arena that another thread closes while a kernel runs crashes the JVM.
 */
public final class VectorKernels implements Kernels {

    /** The fewest lanes of 32 bits that are worth it. */
    static final int MIN_LANES = 4;

    /** Bytes of a piece that goes by way of {@link Staging}: whole vectors, of which both halves have room for as many. */
    private static final int STAGED = 1024;

    private final ScalarKernels scalar = new ScalarKernels();

    /** Nothing to set up; needs the module {@code jdk.incubator.vector}. */
    public VectorKernels() {}

    /** {@return the 32-bit lanes of the vectors that this JVM prefers; 2 where it compiles none} */
    static int preferredLanes() {
        return FloatVector.SPECIES_PREFERRED.length();
    }

    @Override
    public void norms(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals) {
        VectorNorms.norms(x, xOffset, count, norm, log2Bucket, norms, normsOffset, totals);
    }

    @Override
    public void quantize(
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            int bits,
            long firstElement,
            Draws draws,
            MemorySegment packed,
            long packedOffset) {
        long direct = canRead(x) && canWrite(packed) ? count - count % BLOCK : 0;
        VectorQuantize.blocks(
                x, xOffset, direct, norms, normsOffset, log2Bucket, bits, firstElement, draws, packed, packedOffset);
        for (long from = direct; from < count; from += BLOCK) {
            int n = (int) Math.min(BLOCK, count - from);
            long in = xOffset + from * Float.BYTES;
            long normsAt = normsOffset + bucket(from, log2Bucket) * Float.BYTES;
            long out = packedOffset + from * bits / Byte.SIZE;
            if (n < BLOCK && isSmall(log2Bucket)) {
                scalar.quantize(x, in, n, norms, normsAt, log2Bucket, bits, firstElement + from, draws, packed, out);
            } else {
                Staging block = Staging.ofThread();
                block.takeFloats(x, in, n);
                VectorQuantize.blocks(
                        block.floats(),
                        0,
                        BLOCK,
                        norms,
                        normsAt,
                        log2Bucket,
                        bits,
                        firstElement + from,
                        draws,
                        block.codes(),
                        0);
                block.giveCodes(packed, out, n, bits);
            }
        }
    }

    @Override
    public void unpack(
            MemorySegment packed,
            long packedOffset,
            long count,
            int width,
            int slope,
            int bias,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            double divisor,
            Store store,
            MemorySegment y,
            long yOffset) {
        long direct = canRead(packed) && canWrite(y) ? count - count % BLOCK : 0;
        VectorUnpack.blocks(
                packed,
                packedOffset,
                direct,
                width,
                slope,
                bias,
                norms,
                normsOffset,
                log2Bucket,
                divisor,
                store,
                y,
                yOffset);
        for (long from = direct; from < count; from += BLOCK) {
            int n = (int) Math.min(BLOCK, count - from);
            long in = packedOffset + from * width / Byte.SIZE;
            long normsAt = normsOffset + bucket(from, log2Bucket) * Float.BYTES;
            long out = yOffset + from * Float.BYTES;
            if (n < BLOCK && isSmall(log2Bucket)) {
                scalar.unpack(packed, in, n, width, slope, bias, norms, normsAt, log2Bucket, divisor, store, y, out);
                continue;
            }
            Staging block = Staging.ofThread();
            if (store != Store.SET) {
                block.takeFloats(y, out, n);
            }
            block.takeCodes(packed, in, n, width);
            VectorUnpack.blocks(
                    block.codes(),
                    0,
                    BLOCK,
                    width,
                    slope,
                    bias,
                    norms,
                    normsAt,
                    log2Bucket,
                    divisor,
                    store,
                    block.floats(),
                    0);
            block.giveFloats(y, out, n);
        }
    }

    @Override
    public void unpackAll(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            int width,
            int slope,
            int bias,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            double divisor,
            boolean set,
            MemorySegment y,
            long yOffset) {
        long direct = packed.canRead(from, to) && canWrite(y) ? count - count % BLOCK : 0;
        VectorRanks.unpackBlocks(
                packed,
                from,
                to,
                packedOffset,
                direct,
                width,
                slope,
                bias,
                norms,
                normsOffset,
                log2Bucket,
                divisor,
                set,
                y,
                yOffset);
        for (int rank = from; rank < to && direct < count; rank++) {
            unpack(
                    packed.get(rank),
                    packedOffset + direct * width / Byte.SIZE,
                    count - direct,
                    width,
                    slope,
                    bias,
                    norms == null ? packed.get(rank) : norms,
                    normsOffset + bucket(direct, log2Bucket) * Float.BYTES,
                    log2Bucket,
                    divisor,
                    set && rank == from ? Store.SET : Store.ADD,
                    y,
                    yOffset + direct * Float.BYTES);
        }
    }

    @Override
    public long sumCodes(MemorySegment packed, long packedOffset, long count, int width) {
        long whole = canRead(packed) ? count - count % BLOCK : 0;
        long packedAt = at(packed, packedOffset, whole * width / Byte.SIZE);
        long sum = 0;
        for (long from = 0; from < whole; from += BLOCK) {
            sum += VectorCodes.sum(packed, packedAt + from * width / Byte.SIZE, width);
        }
        Lanes.keepAlive(packed, packed);
        return sum + scalar.sumCodes(packed, packedOffset + whole * width / Byte.SIZE, count - whole, width);
    }

    @Override
    public long addCodes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            int width,
            boolean set,
            MemorySegment sums,
            long sumsOffset,
            int sumsWidth) {
        return VectorRanks.addCodes(packed, from, to, packedOffset, count, width, set, sums, sumsOffset, sumsWidth);
    }

    @Override
    public void addVotes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            boolean set,
            MemorySegment counts,
            long countsOffset,
            int planes) {
        VectorRanks.addVotes(packed, from, to, packedOffset, count, set, counts, countsOffset, planes);
    }

    @Override
    public void decideVotes(
            MemorySegment counts,
            long countsOffset,
            long count,
            int planes,
            int ranks,
            MemorySegment packed,
            long packedOffset) {
        int width = Kernels.voteWidth(ranks);
        long whole = canRead(counts) && canWrite(packed) ? count - count % BLOCK : 0;
        long countsAt = at(counts, countsOffset, whole * planes / Byte.SIZE);
        long packedAt = at(packed, packedOffset, whole * width / Byte.SIZE);
        for (long from = 0; from < whole; from += BLOCK) {
            long in = countsAt + from * planes / Byte.SIZE;
            VectorVotes.decide(counts, in, planes, ranks, packed, packedAt + from * width / Byte.SIZE);
        }
        Lanes.keepAlive(counts, packed);
        long in = countsOffset + whole * planes / Byte.SIZE;
        scalar.decideVotes(counts, in, count - whole, planes, ranks, packed, packedOffset + whole * width / Byte.SIZE);
    }

    @Override
    public void reduce(
            ElementType type,
            Reduction reduction,
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment y,
            long yOffset) {
        long bytes = count * type.bytes();
        long whole = bytes - bytes % VectorReduce.STEP;
        long direct = canRead(x) && canWrite(y) ? whole : 0;
        long xAt = at(x, xOffset, direct);
        long yAt = at(y, yOffset, direct);
        for (long from = 0; from < direct; from += VectorReduce.PIECE) {
            int piece = (int) Math.min(VectorReduce.PIECE, direct - from);
            VectorReduce.reduce(type, reduction, x, xAt + from, y, yAt + from, piece);
        }
        MemorySegment terms = Staging.ofThread().codes();
        MemorySegment sums = Staging.ofThread().floats();
        for (long from = direct; from < whole; from += STAGED) {
            long piece = Math.min(STAGED, whole - from);
            MemorySegment.copy(x, xOffset + from, terms, 0, piece);
            MemorySegment.copy(y, yOffset + from, sums, 0, piece);
            VectorReduce.reduce(type, reduction, terms, at(terms, 0, piece), sums, at(sums, 0, piece), (int) piece);
            MemorySegment.copy(sums, 0, y, yOffset + from, piece);
        }
        Lanes.keepAlive(x, y);
        scalar.reduce(type, reduction, x, xOffset + whole, (bytes - whole) / type.bytes(), y, yOffset + whole);
    }

    @Override
    public void reduceAll(
            ElementType type,
            Reduction reduction,
            Sources x,
            int from,
            int to,
            long xOffset,
            long count,
            boolean set,
            MemorySegment y,
            long yOffset) {
        VectorRanks.reduceAll(type, reduction, x, from, to, xOffset, count, set, y, yOffset);
    }

    @Override
    public void divide(ElementType type, int divisor, long count, MemorySegment y, long yOffset) {
        long bytes = count * type.bytes();
        long whole = bytes - bytes % VectorReduce.STEP;
        long direct = canWrite(y) ? whole : 0;
        long yAt = at(y, yOffset, direct);
        for (long from = 0; from < direct; from += VectorReduce.PIECE) {
            VectorReduce.divide(type, divisor, y, yAt + from, (int) Math.min(VectorReduce.PIECE, direct - from));
        }
        MemorySegment block = Staging.ofThread().floats();
        for (long from = direct; from < whole; from += block.byteSize()) {
            long piece = Math.min(block.byteSize(), whole - from);
            MemorySegment.copy(y, yOffset + from, block, 0, piece);
            VectorReduce.divide(type, divisor, block, at(block, 0, piece), (int) piece);
            MemorySegment.copy(block, 0, y, yOffset + from, piece);
        }
        Lanes.keepAlive(y, y);
        scalar.divide(type, divisor, (bytes - whole) / type.bytes(), y, yOffset + whole);
    }

    @Override
    public String name() {
        return "vector" + Lanes.FLOATS.vectorBitSize();
    }
}
