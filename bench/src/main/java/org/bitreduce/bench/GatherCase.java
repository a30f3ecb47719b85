// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;

import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Collectives;
import org.bitreduce.Communicator;
import org.bitreduce.Data;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;

/** Gather of equal pieces: all-gather's, whose result is the root's only. In place, the root's own piece is where it will be. */
final class GatherCase extends AllGatherCase {

    private final int root;

    GatherCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, int root, Shape shape) {
        super(world, vectors, codec, options, shape);
        this.root = root;
    }

    private <R> R gather(Collectives<R> calls) {
        Data all = new Data(vectors.target(), FLOAT, count());
        return calls.gather(new Data(input(), FLOAT, piece), all, root, codec, options);
    }

    @Override
    Outcome call() {
        return gather(world);
    }

    @Override
    Pending begin() {
        return gather(world.nonBlocking());
    }

    @Override
    Persistent init() {
        return gather(world.persistent());
    }

    @Override
    public void verify(ErrorTally tally) {
        if (world.rank() == root) {
            verify(new Verifier(bucket(), 0, 1), tally);
        }
    }

    @Override
    public long checksum() {
        return 0; // nobody else has the result
    }
}
