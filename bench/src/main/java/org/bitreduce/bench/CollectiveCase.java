// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Mode;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;
import org.bitreduce.text.Names;

/** The collectives of BitReduce as cases: what each calls, and what it should have given. */
abstract class CollectiveCase implements BenchCase {

    final Communicator world;
    final Vectors vectors;
    final Codec codec;
    final CallOptions options;
    final boolean inPlace;
    private final Form form;
    private Outcome last;
    private Persistent prepared;

    /**
     * Remembers what to call.
     *
     * @param world this rank's end
     * @param vectors of the size at hand
     * @param codec of every call
     * @param options of every call
     * @param shape how it is called, and where results go
     */
    CollectiveCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, Shape shape) {
        this.world = world;
        this.vectors = vectors;
        this.codec = codec;
        this.options = options;
        this.inPlace = shape.place() == Place.IN_PLACE;
        this.form = shape.form();
    }

    /**
     * How a collective is called.
     *
     * @param form blocking or not
     * @param place where the result goes
     */
    record Shape(Form form, Place place) {}

    /**
     * {@return the case of a plan}
     *
     * @param collective what to call
     * @param plan mode, bucket and root
     * @param world this rank's end
     * @param vectors of the size at hand
     * @param bits width
     * @param shape how it is called
     */
    static BenchCase of(
            Collective collective, BenchPlan plan, Communicator world, Vectors vectors, int bits, Shape shape) {
        Codec codec = plan.codec(bits);
        // Plain floats have the choice of levels only.
        boolean chooses = collective.hasModes() && (!codec.isPlain() || plan.mode() == Mode.TWO_LEVEL);
        CallOptions options =
                CallOptions.DEFAULT.withMode(chooses ? plan.mode() : null).withOrder(plan.order());
        return switch (collective) {
            case ALL_REDUCE -> new AllReduceCase(world, vectors, codec, options, shape);
            case REDUCE -> new ReduceCase(world, vectors, codec, options, plan.root(), shape);
            case REDUCE_SCATTER -> new ReduceScatterCase(world, vectors, codec, options, shape);
            case ALL_GATHER -> new AllGatherCase(world, vectors, codec, options, shape);
            case GATHER -> new GatherCase(world, vectors, codec, options, plan.root(), shape);
            case SCATTER -> new ScatterCase(world, vectors, codec, options, plan.root(), shape);
            case BROADCAST -> new BroadcastCase(world, vectors, codec, plan.root(), shape);
            case BARRIER -> new BarrierCase(world, shape.form());
            case PING_PONG, CODEC ->
                throw new IllegalArgumentException("not a call of a communicator: " + collective.label());
        };
    }

    /** Makes a blocking call. */
    abstract Outcome call();

    /** Begins a call. */
    abstract Pending begin();

    /** Prepares a call to be repeated. */
    abstract Persistent init();

    /** {@return where this rank's result is} */
    abstract MemorySegment result();

    final long count() {
        return vectors.source().byteSize() / Float.BYTES;
    }

    final int bucket() {
        return codec.isPlain() ? 1 << Codec.DEFAULT_LOG2_BUCKET : 1 << codec.log2Bucket();
    }

    /** {@return what the last call did, or null if there was none} */
    final Outcome last() {
        return prepared == null ? last : prepared.outcome();
    }

    @Override
    public void prepare() {
        if (inPlace) {
            vectors.target().copyFrom(vectors.source());
        }
    }

    @Override
    public final void run() {
        switch (form) {
            case BLOCKING -> last = call();
            case NON_BLOCKING -> last = begin().await();
            case PERSISTENT -> repeat();
        }
    }

    private void repeat() {
        if (prepared == null) {
            prepared = init();
        }
        prepared.run();
    }

    @Override
    public long checksum() {
        return Verifier.checksum(result());
    }

    @Override
    public final Subject subject() {
        Outcome done = last();
        String mode = done == null ? "" : Names.of(done.mode());
        String algorithm = done == null ? "" : Names.of(done.algorithm());
        return new Subject("bitreduce", form, inPlace, count(), codec.bits(), mode, algorithm);
    }
}
