// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;
import static org.bitreduce.Reduction.SUM;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Mode;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;

/** Reduce-scatter. */
final class ReduceScatterCase extends CollectiveCase {

    private final long first;
    private final long end;

    ReduceScatterCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, Shape shape) {
        super(world, vectors, codec, options, shape);
        first = world.partStart(count(), world.rank(), codec);
        end = world.partStart(count(), world.rank() + 1, codec);
    }

    private MemorySegment input() {
        return inPlace ? vectors.target() : vectors.source();
    }

    @Override
    Outcome call() {
        return world.reduceScatter(input(), result(), count(), FLOAT, SUM, codec, options);
    }

    @Override
    Pending begin() {
        return world.nonBlocking().reduceScatter(input(), result(), count(), FLOAT, SUM, codec, options);
    }

    @Override
    Persistent init() {
        return world.persistent().reduceScatter(input(), result(), count(), FLOAT, SUM, codec, options);
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
