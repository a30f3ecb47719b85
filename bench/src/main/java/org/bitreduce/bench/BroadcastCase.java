// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;

/** Broadcast, in place. */
final class BroadcastCase extends CollectiveCase {

    private final int root;

    BroadcastCase(Communicator world, Vectors vectors, Codec codec, int root, Shape shape) {
        super(world, vectors, codec, CallOptions.DEFAULT, shape);
        this.root = root;
    }

    /** What this rank holds before the call; wrong everywhere but on the root. */
    @Override
    public void prepare() {
        vectors.target().copyFrom(vectors.source());
    }

    @Override
    Outcome call() {
        return world.broadcast(vectors.target(), count(), FLOAT, root, codec, options);
    }

    @Override
    Pending begin() {
        return world.nonBlocking().broadcast(vectors.target(), count(), FLOAT, root, codec, options);
    }

    @Override
    Persistent init() {
        return world.persistent().broadcast(vectors.target(), count(), FLOAT, root, codec, options);
    }

    @Override
    MemorySegment result() {
        return vectors.target();
    }

    @Override
    public void verify(ErrorTally tally) {
        Expectation copy = new CopyExpectation(vectors.data(), root, codec);
        new Verifier(bucket(), world.rank(), world.size()).check(result(), 0, copy, tally);
    }
}
