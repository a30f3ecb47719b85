// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;
import static org.bitreduce.Reduction.SUM;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;

/** Reduce, whose result is the root's. */
final class ReduceCase extends CollectiveCase {

    private final int root;

    ReduceCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, int root, Shape shape) {
        super(world, vectors, codec, options, shape);
        this.root = root;
    }

    private MemorySegment input() {
        return inPlace ? vectors.target() : vectors.source();
    }

    @Override
    Outcome call() {
        return world.reduce(input(), vectors.target(), count(), FLOAT, SUM, root, codec, options);
    }

    @Override
    Pending begin() {
        return world.nonBlocking().reduce(input(), vectors.target(), count(), FLOAT, SUM, root, codec, options);
    }

    @Override
    Persistent init() {
        return world.persistent().reduce(input(), vectors.target(), count(), FLOAT, SUM, root, codec, options);
    }

    @Override
    MemorySegment result() {
        return vectors.target();
    }

    @Override
    public void verify(ErrorTally tally) {
        if (world.rank() == root) {
            Expectation sum = new SumExpectation(vectors.data(), world.size(), codec, last().mode());
            new Verifier(bucket(), 0, 1).check(result(), 0, sum, tally);
        }
    }

    @Override
    public long checksum() {
        return 0; // nobody else has the result
    }
}
