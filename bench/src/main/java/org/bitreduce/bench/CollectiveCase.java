// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;
import static org.bitreduce.Reduction.SUM;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Mode;
import org.bitreduce.Outcome;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.text.Names;

/** The collectives of BitReduce as cases: what each calls, and what it should have given. */
abstract class CollectiveCase implements BenchCase {

    final Communicator world;
    final Vectors vectors;
    final Codec codec;
    final CallOptions options;
    final boolean inPlace;
    private Outcome last;

    CollectiveCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, boolean inPlace) {
        this.world = world;
        this.vectors = vectors;
        this.codec = codec;
        this.options = options;
        this.inPlace = inPlace;
    }

    /**
     * {@return the case of a plan}
     *
     * @param collective what to call
     * @param plan mode and bucket
     * @param world this rank's end
     * @param vectors of the size at hand
     * @param bits width
     * @param place where the result goes
     */
    static BenchCase of(
            Collective collective, BenchPlan plan, Communicator world, Vectors vectors, int bits, Place place) {
        Codec codec = plan.codec(bits);
        // Only all-reduce has a choice, and plain floats have none.
        boolean chooses = collective == Collective.ALL_REDUCE && !codec.isPlain();
        CallOptions options = CallOptions.DEFAULT.withMode(chooses ? plan.mode() : null);
        boolean inPlace = place == Place.IN_PLACE;
        return switch (collective) {
            case ALL_REDUCE -> new AllReduce(world, vectors, codec, options, inPlace);
            case REDUCE_SCATTER -> new ReduceScatter(world, vectors, codec, options, inPlace);
            case ALL_GATHER -> new AllGather(world, vectors, codec, options, inPlace);
            case BROADCAST -> new Broadcast(world, vectors, codec, options, inPlace);
            case PING_PONG -> throw new IllegalArgumentException("ping-pong is measured below the collectives");
        };
    }

    abstract Outcome call();

    /** {@return where this rank's result is} */
    abstract MemorySegment result();

    final long count() {
        return vectors.source().byteSize() / Float.BYTES;
    }

    final int bucket() {
        return codec.isPlain() ? 1 << Codec.DEFAULT_LOG2_BUCKET : 1 << codec.log2Bucket();
    }

    final Outcome last() {
        return last;
    }

    @Override
    public void prepare() {
        if (inPlace) {
            vectors.target().copyFrom(vectors.source());
        }
    }

    @Override
    public final void run() {
        last = call();
    }

    @Override
    public long checksum() {
        return Verifier.checksum(result());
    }

    @Override
    public final Subject subject() {
        String mode = last == null ? "" : last.mode().name().toLowerCase(Locale.ROOT);
        return new Subject("bitreduce", inPlace, count(), codec.bits(), mode, last == null ? "" : algorithm());
    }

    private String algorithm() {
        Operation operation = switch (this) {
            case ReduceScatter ignored -> Operation.REDUCE_SCATTER;
            case AllGather ignored -> Operation.ALL_GATHER;
            case Broadcast ignored -> Operation.BROADCAST;
            default -> Operation.ALL_REDUCE;
        };
        long elements = operation == Operation.ALL_GATHER ? count() / world.size() : count();
        return Names.of(world.options()
                .algorithms()
                .choose(world.transportName(), operation, last.mode(), world.size(), elements * Float.BYTES));
    }

    /** All-reduce. */
    static final class AllReduce extends CollectiveCase {

        AllReduce(Communicator world, Vectors vectors, Codec codec, CallOptions options, boolean inPlace) {
            super(world, vectors, codec, options, inPlace);
        }

        @Override
        Outcome call() {
            MemorySegment input = inPlace ? vectors.target() : vectors.source();
            return world.allReduce(input, vectors.target(), count(), FLOAT, SUM, codec, options);
        }

        @Override
        MemorySegment result() {
            return vectors.target();
        }

        @Override
        public void verify(ErrorTally tally) {
            Expectation sum = new SumExpectation(vectors.data(), world.size(), codec, last().mode());
            new Verifier(bucket(), world.rank(), world.size()).check(result(), 0, sum, tally);
        }
    }

    /** Reduce-scatter. */
    static final class ReduceScatter extends CollectiveCase {

        private final long first;
        private final long end;

        ReduceScatter(Communicator world, Vectors vectors, Codec codec, CallOptions options, boolean inPlace) {
            super(world, vectors, codec, options, inPlace);
            first = world.partStart(count(), world.rank(), codec);
            end = world.partStart(count(), world.rank() + 1, codec);
        }

        @Override
        Outcome call() {
            MemorySegment input = inPlace ? vectors.target() : vectors.source();
            return world.reduceScatter(input, result(), count(), FLOAT, SUM, codec, options);
        }

        @Override
        MemorySegment result() {
            return vectors.target().asSlice(first * Float.BYTES, (end - first) * Float.BYTES);
        }

        @Override
        public void verify(ErrorTally tally) {
            // What is left out is the second rounding, so the sum is as near as one that was gathered.
            Mode mode = codec.isPlain() ? Mode.PLAIN : Mode.GATHER;
            Expectation sum = new SumExpectation(vectors.data(), world.size(), codec, mode);
            new Verifier(bucket(), 0, 1).check(result(), first, sum, tally);
        }

        @Override
        public long checksum() {
            return 0;
        }
    }

    /** All-gather of equal pieces. */
    static final class AllGather extends CollectiveCase {

        private final long piece;

        AllGather(Communicator world, Vectors vectors, Codec codec, CallOptions options, boolean inPlace) {
            super(world, vectors, codec, options, inPlace);
            piece = count() / world.size();
        }

        private MemorySegment place(int rank) {
            return vectors.target().asSlice(rank * piece * Float.BYTES, piece * Float.BYTES);
        }

        @Override
        public void prepare() {
            if (inPlace) {
                place(world.rank()).copyFrom(vectors.source().asSlice(0, piece * Float.BYTES));
            }
        }

        @Override
        Outcome call() {
            MemorySegment input = inPlace ? place(world.rank()) : vectors.source();
            return world.allGather(input, vectors.target(), piece, FLOAT, codec, options);
        }

        @Override
        MemorySegment result() {
            return vectors.target();
        }

        @Override
        public void verify(ErrorTally tally) {
            Verifier verifier = new Verifier(bucket(), world.rank(), world.size());
            for (int rank = 0; rank < world.size(); rank++) {
                verifier.check(place(rank), 0, new CopyExpectation(vectors.data(), rank, codec), tally);
            }
        }
    }

    /** Broadcast from rank 0. */
    static final class Broadcast extends CollectiveCase {

        Broadcast(Communicator world, Vectors vectors, Codec codec, CallOptions options, boolean inPlace) {
            super(world, vectors, codec, options, inPlace);
        }

        @Override
        Outcome call() {
            return world.broadcast(vectors.target(), count(), FLOAT, 0, codec, options);
        }

        @Override
        MemorySegment result() {
            return vectors.target();
        }

        @Override
        public void verify(ErrorTally tally) {
            Expectation copy = new CopyExpectation(vectors.data(), 0, codec);
            new Verifier(bucket(), world.rank(), world.size()).check(result(), 0, copy, tally);
        }
    }
}
