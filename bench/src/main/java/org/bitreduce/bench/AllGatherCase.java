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

/** All-gather of equal pieces. */
class AllGatherCase extends CollectiveCase {

    final long piece;

    AllGatherCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, Shape shape) {
        super(world, vectors, codec, options, shape);
        piece = count() / world.size();
    }

    private MemorySegment place(int rank) {
        return vectors.target().asSlice(rank * piece * Float.BYTES, piece * Float.BYTES);
    }

    final MemorySegment input() {
        return inPlace ? place(world.rank()) : vectors.source();
    }

    @Override
    public void prepare() {
        if (inPlace) {
            place(world.rank()).copyFrom(vectors.source().asSlice(0, piece * Float.BYTES));
        }
    }

    @Override
    Outcome call() {
        return world.allGather(input(), vectors.target(), piece, FLOAT, codec, options);
    }

    @Override
    Pending begin() {
        return world.nonBlocking().allGather(input(), vectors.target(), piece, FLOAT, codec, options);
    }

    @Override
    Persistent init() {
        return world.persistent().allGather(input(), vectors.target(), piece, FLOAT, codec, options);
    }

    @Override
    MemorySegment result() {
        return vectors.target();
    }

    @Override
    public void verify(ErrorTally tally) {
        verify(new Verifier(bucket(), world.rank(), world.size()), tally);
    }

    final void verify(Verifier verifier, ErrorTally tally) {
        for (int rank = 0; rank < world.size(); rank++) {
            verifier.check(place(rank), 0, new CopyExpectation(vectors.data(), rank, codec), tally);
        }
    }
}
