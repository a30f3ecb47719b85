// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Rounding;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.ScalarKernels;
import org.bitreduce.codec.VectorStatistics;
import org.bitreduce.text.Names;

/** One direction of the codec, on this rank alone: norms, rounding and packing in one pass, or unpacking and scaling. */
final class CodecCase implements BenchCase {

    /** What is timed. */
    enum Direction {
        /** Floats to scales and codes. */
        ENCODE,
        /** Scales and codes to floats. */
        DECODE,
        /** Floats to floats, for comparison: what plain calls do. */
        COPY
    }

    private final Communicator world;
    private final Vectors vectors;
    private final Codec codec;
    private final Direction direction;
    private final Kernels kernels = Kernels.best();
    private final VectorStatistics statistics = new VectorStatistics();
    private final Draws draws;
    private final MemorySegment scales;
    private final MemorySegment packed;

    /**
     * Encodes the vector for the first time.
     *
     * @param world for rank and seed
     * @param vectors of the size at hand
     * @param codec plain if the direction is {@link Direction#COPY}, and only then
     * @param direction what is timed
     */
    CodecCase(Communicator world, Vectors vectors, Codec codec, Direction direction) {
        this.world = world;
        this.vectors = vectors;
        this.codec = codec;
        this.direction = direction;
        boolean draw = codec.rounding() == Rounding.STOCHASTIC;
        this.draws = draw ? Draws.of(world.options().seed(), 0, 0, 0, world.rank()) : null;
        Arena arena = Arena.ofAuto();
        this.scales = arena.allocate(PackedLayout.buckets(count(), codec.log2Bucket()) * Float.BYTES, 64);
        this.packed = codec.isPlain()
                ? MemorySegment.NULL
                : arena.allocate(PackedLayout.packedBytes(count(), codec.bits()), 64);
        if (direction == Direction.DECODE) {
            encode();
        }
    }

    private long count() {
        return vectors.source().byteSize() / Float.BYTES;
    }

    @Override
    public Subject subject() {
        String algorithm = kernels instanceof ScalarKernels ? "scalar" : "vector";
        return new Subject("bitreduce", Form.BLOCKING, false, count(), codec.bits(), Names.of(direction), algorithm);
    }

    @Override
    public void prepare() {
        // out of place: nothing to do
    }

    @Override
    public void run() {
        switch (direction) {
            case ENCODE -> encode();
            case DECODE -> decode();
            case COPY -> vectors.target().copyFrom(vectors.source());
        }
    }

    private void encode() {
        statistics.clear();
        kernels.encode(
                vectors.source(),
                0,
                count(),
                codec.norm(),
                codec.log2Bucket(),
                scales,
                0,
                statistics,
                codec.bits(),
                0,
                draws,
                packed,
                0);
    }

    private void decode() {
        boolean sign = codec.bits() == 1;
        kernels.unpack(
                packed,
                0,
                count(),
                codec.bits(),
                sign ? 2 : 1,
                codec.levels(),
                scales,
                0,
                codec.log2Bucket(),
                codec.levels(),
                Kernels.Store.SET,
                vectors.target(),
                0);
    }

    @Override
    public void verify(ErrorTally tally) {
        if (direction == Direction.ENCODE) {
            decode();
        }
        Expectation copy = new CopyExpectation(vectors.data(), world.rank(), codec);
        new Verifier(1 << codec.log2Bucket(), 0, 1).check(vectors.target(), 0, copy, tally);
    }

    @Override
    public long checksum() {
        return 0;
    }
}
