// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.Buckets.isFirst;
import static org.bitreduce.codec.Buckets.isSmall;
import static org.bitreduce.codec.Buckets.norm;
import static org.bitreduce.codec.Lanes.at;
import static org.bitreduce.codec.Lanes.canWrite;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;
import static org.bitreduce.codec.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/** The kernels of {@link VectorKernels} that add up what several ranks have sent. Stateless. */
final class VectorRanks {

    private static final ScalarKernels SCALAR = new ScalarKernels();

    private VectorRanks() {}

    /** {@link Kernels#unpackAll} of whole blocks, all off-heap. */
    static void unpackBlocks(
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
        packed.locate(from, to, packedOffset, count * width / Byte.SIZE);
        long yAt = at(y, yOffset, count * Float.BYTES);
        int shift = Integer.numberOfTrailingZeros(slope);
        int stride = isSmall(log2Bucket) ? 1 : 0;
        for (long block = 0; block < count; block += BLOCK) {
            if (stride == 1 || isFirst(block, log2Bucket)) {
                for (int rank = from; rank < to; rank++) {
                    MemorySegment scales = norms == null ? packed.get(rank) : norms;
                    setSteps(packed.steps(), rank * ROWS, stride, scales, normsOffset, log2Bucket, block, divisor);
                }
            }
            long in = block * width / Byte.SIZE;
            VectorSums.unpack(
                    packed, from, to, in, width, shift, bias, stride, set ? 0 : -1, y, yAt + block * Float.BYTES);
        }
        packed.keepAlive(from, to);
        Lanes.keepAlive(y, y);
    }

    /** Writes the step of a block's first row, or with a stride of 1 those of all rows. */
    private static void setSteps(
            float[] steps,
            int first,
            int stride,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            long block,
            double divisor) {
        for (int row = 0; row < (stride == 0 ? 1 : ROWS); row++) {
            steps[first + row] =
                    ScalarKernels.step(norm(norms, normsOffset, log2Bucket, block + (long) row * LANES), divisor);
        }
    }

    static long addCodes(
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
        long whole = packed.canRead(from, to) && canWrite(sums) ? count - count % BLOCK : 0;
        packed.locate(from, to, packedOffset, whole * width / Byte.SIZE);
        long sumsAt = at(sums, sumsOffset, whole * sumsWidth / Byte.SIZE);
        long checksum = 0;
        for (long block = 0; block < whole; block += BLOCK) {
            long in = block * width / Byte.SIZE;
            long out = sumsAt + block * sumsWidth / Byte.SIZE;
            checksum += VectorSums.addCodes(packed, from, to, in, width, set, sums, out, sumsWidth);
        }
        packed.keepAlive(from, to);
        Lanes.keepAlive(sums, sums);
        long in = packedOffset + whole * width / Byte.SIZE;
        long out = sumsOffset + whole * sumsWidth / Byte.SIZE;
        return checksum + SCALAR.addCodes(packed, from, to, in, count - whole, width, set, sums, out, sumsWidth);
    }

    static void addVotes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            boolean set,
            MemorySegment counts,
            long countsOffset,
            int planes) {
        long whole = packed.canRead(from, to) && canWrite(counts) ? count - count % BLOCK : 0;
        packed.locate(from, to, packedOffset, whole / Byte.SIZE);
        long countsAt = at(counts, countsOffset, whole * planes / Byte.SIZE);
        for (long block = 0; block < whole; block += BLOCK) {
            long out = countsAt + block * planes / Byte.SIZE;
            VectorVotes.add(packed, from, to, block / Byte.SIZE, set ? 0 : -1, counts, out, planes);
        }
        packed.keepAlive(from, to);
        Lanes.keepAlive(counts, counts);
        long in = packedOffset + whole / Byte.SIZE;
        long out = countsOffset + whole * planes / Byte.SIZE;
        if (whole < count) {
            SCALAR.addVotes(packed, from, to, in, count - whole, set, counts, out, planes);
        }
    }

    static void reduceAll(
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
        long bytes = count * type.bytes();
        long whole = x.canRead(from, to) ? bytes - bytes % VectorReduce.STEP : 0;
        x.locate(from, to, xOffset, whole);
        boolean direct = set && VectorSums.canReduce(type, reduction) && canWrite(y);
        long yAt = direct ? at(y, yOffset, whole) : 0;
        for (long piece = 0; piece < whole; piece += Sources.PIECE) {
            int length = (int) Math.min(Sources.PIECE, whole - piece);
            if (direct) {
                VectorSums.reduce(type, x, from, to, piece, y, yAt + piece, length);
            } else {
                reducePiece(type, reduction, x, from, to, piece, length, set, y, yOffset + piece);
            }
        }
        x.keepAlive(from, to);
        Lanes.keepAlive(y, y);
        long rest = (bytes - whole) / type.bytes();
        SCALAR.reduceAll(type, reduction, x, from, to, xOffset + whole, rest, set, y, yOffset + whole);
    }

    /** By way of memory that is none of the ranks'. */
    private static void reducePiece(
            ElementType type,
            Reduction reduction,
            Sources x,
            int from,
            int to,
            long offset,
            int length,
            boolean set,
            MemorySegment y,
            long yOffset) {
        MemorySegment piece = x.piece();
        long pieceAt = at(piece, 0, length);
        if (set && VectorSums.canReduce(type, reduction)) {
            VectorSums.reduce(type, x, from, to, offset, piece, pieceAt, length);
        } else {
            MemorySegment.copy(set ? x.get(from) : y, set ? x.offset() + offset : yOffset, piece, 0, length);
            for (int rank = set ? from + 1 : from; rank < to; rank++) {
                VectorReduce.reduce(type, reduction, x.get(rank), x.addresses()[rank] + offset, piece, pieceAt, length);
            }
        }
        MemorySegment.copy(piece, 0, y, yOffset, length);
    }
}
