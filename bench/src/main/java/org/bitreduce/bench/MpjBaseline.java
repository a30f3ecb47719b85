// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import mpi.MPI;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Mode;

/**
 * MPJ Express' own {@code Allreduce} of floats, for comparison. Needs ranks that MPJ Express has started. The offset is
 * 0: with others it gives wrong results. All calls into MPJ Express that benchmarks make are here.
 */
final class MpjBaseline implements BenchCase {

    private final Communicator world;
    private final Vectors vectors;
    private final float[] send;
    private final float[] received;

    /**
     * Copies the source vector to the heap, which is all that MPJ Express takes.
     *
     * @param world the same ranks
     * @param vectors of the size at hand
     */
    MpjBaseline(Communicator world, Vectors vectors) {
        this.world = world;
        this.vectors = vectors;
        this.send = vectors.source().toArray(ValueLayout.JAVA_FLOAT);
        this.received = new float[send.length];
    }

    @Override
    public void prepare() {
        // out of place: nothing to do
    }

    @Override
    public void run() {
        MPI.COMM_WORLD.Allreduce(send, 0, received, 0, send.length, MPI.FLOAT, MPI.SUM);
    }

    @Override
    public void verify(ErrorTally tally) {
        Expectation sum = new SumExpectation(vectors.data(), world.size(), Codec.plain(), Mode.PLAIN);
        new Verifier(1 << Codec.DEFAULT_LOG2_BUCKET, world.rank(), world.size())
                .check(MemorySegment.ofArray(received), 0, sum, tally);
    }

    @Override
    public long checksum() {
        byte[] bytes = MemorySegment.ofArray(received).toArray(ValueLayout.JAVA_BYTE);
        return Verifier.checksum(MemorySegment.ofArray(bytes));
    }

    @Override
    public Subject subject() {
        return new Subject("mpj-express", false, send.length, Codec.PLAIN_BITS, "plain", "mpj-express");
    }
}
