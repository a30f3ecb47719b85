// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.bitreduce.ElementType.FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Collectives;
import org.bitreduce.Communicator;
import org.bitreduce.Data;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Persistent;

/** Scatter of equal pieces. In place, the root's own piece stays where it is in the root's vector. */
final class ScatterCase extends CollectiveCase {

    private final int root;
    private final long piece;

    ScatterCase(Communicator world, Vectors vectors, Codec codec, CallOptions options, int root, Shape shape) {
        super(world, vectors, codec, options, shape);
        this.root = root;
        this.piece = count() / world.size();
    }

    private <R> R scatter(Collectives<R> calls) {
        Data all = new Data(inPlace ? vectors.target() : vectors.source(), FLOAT, count());
        return calls.scatter(all, new Data(result(), FLOAT, piece), root, codec, options);
    }

    @Override
    Outcome call() {
        return scatter(world);
    }

    @Override
    Pending begin() {
        return scatter(world.nonBlocking());
    }

    @Override
    Persistent init() {
        return scatter(world.persistent());
    }

    @Override
    MemorySegment result() {
        long place = inPlace && world.rank() == root ? root * piece : 0;
        return vectors.target().asSlice(place * Float.BYTES, piece * Float.BYTES);
    }

    @Override
    public void verify(ErrorTally tally) {
        Expectation copy = new CopyExpectation(vectors.data(), root, codec);
        new Verifier(bucket(), 0, 1).check(result(), world.rank() * piece, copy, tally);
    }

    @Override
    public long checksum() {
        return 0; // every rank has another piece
    }
}
