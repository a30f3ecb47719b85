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

/** All-reduce. */
final class AllReduceCase extends CollectiveCase {

    AllReduceCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, Shape shape) {
        super(world, vectors, codec, options, shape);
    }

    private MemorySegment input() {
        return inPlace ? vectors.target() : vectors.source();
    }

    @Override
    Outcome call() {
        return world.allReduce(input(), vectors.target(), count(), FLOAT, SUM, codec, options);
    }

    @Override
    Pending begin() {
        return world.nonBlocking().allReduce(input(), vectors.target(), count(), FLOAT, SUM, codec, options);
    }

    @Override
    Persistent init() {
        return world.persistent().allReduce(input(), vectors.target(), count(), FLOAT, SUM, codec, options);
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
