// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import mpi.MPI;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Mode;

/**
 * MPJ Express' own collectives of floats, for comparison, out of place where there is a choice. Needs ranks that MPJ
 * Express has started. Offsets are 0: with others it gives wrong results. All calls into MPJ Express that benchmarks
 * make are here.
 */
final class MpjBaseline implements BenchCase {

    private final Collective collective;
    private final Communicator world;
    private final Vectors vectors;
    private final int part;
    private final int[] parts;
    private final float[] send;
    private final float[] received;

    private MpjBaseline(Collective collective, Communicator world, Vectors vectors) {
        this.collective = collective;
        this.world = world;
        this.vectors = vectors;
        int count = Math.toIntExact(vectors.source().byteSize() / Float.BYTES);
        this.part = count / world.size();
        this.parts = new int[world.size()];
        Arrays.fill(parts, part);
        this.send = new float[count];
        this.received = new float[count];
        fill(send);
    }

    /**
     * Copies the source vector to the heap, which is all that MPJ Express takes.
     *
     * @param collective what to call
     * @param world the same ranks
     * @param vectors of the size at hand
     * @return the case
     * @throws IllegalArgumentException if MPJ Express cannot be measured at it, see {@link #refusal}
     */
    static BenchCase of(Collective collective, Communicator world, Vectors vectors) {
        String refusal = refusal(collective, world.size());
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return new MpjBaseline(collective, world, vectors);
    }

    /** {@return why MPJ Express is not measured at a collective, or null if it can be} */
    static String refusal(Collective collective, int ranks) {
        if (!collective.isCall()) {
            return "MPJ Express has nothing like it: collective=" + collective.label();
        }
        return collective == Collective.REDUCE_SCATTER && ranks > 2
                ? "MPJ Express 0.44's Reduce_scatter gives wrong sums with more than 2 ranks: np=" + ranks
                : null;
    }

    private void fill(float[] array) {
        MemorySegment.copy(vectors.source(), ValueLayout.JAVA_FLOAT, 0, array, 0, array.length);
    }

    /** MPJ Express' Reduce_scatter destroys what it sends, and a broadcast's buffer is its result. */
    @Override
    public void prepare() {
        if (collective == Collective.REDUCE_SCATTER) {
            fill(send);
        } else if (collective == Collective.BROADCAST) {
            fill(received);
        }
    }

    @Override
    public void run() {
        switch (collective) {
            case ALL_REDUCE -> MPI.COMM_WORLD.Allreduce(send, 0, received, 0, send.length, MPI.FLOAT, MPI.SUM);
            case REDUCE -> MPI.COMM_WORLD.Reduce(send, 0, received, 0, send.length, MPI.FLOAT, MPI.SUM, 0);
            case REDUCE_SCATTER -> MPI.COMM_WORLD.Reduce_scatter(send, 0, received, 0, parts, MPI.FLOAT, MPI.SUM);
            case ALL_GATHER -> MPI.COMM_WORLD.Allgather(send, 0, part, MPI.FLOAT, received, 0, part, MPI.FLOAT);
            case GATHER -> MPI.COMM_WORLD.Gather(send, 0, part, MPI.FLOAT, received, 0, part, MPI.FLOAT, 0);
            case SCATTER -> MPI.COMM_WORLD.Scatter(send, 0, part, MPI.FLOAT, received, 0, part, MPI.FLOAT, 0);
            case BROADCAST -> MPI.COMM_WORLD.Bcast(received, 0, received.length, MPI.FLOAT, 0);
            case BARRIER -> MPI.COMM_WORLD.Barrier();
            case PING_PONG, CODEC -> throw new IllegalStateException(collective.label());
        }
    }

    private MemorySegment result(int from, int count) {
        return MemorySegment.ofArray(received).asSlice((long) from * Float.BYTES, (long) count * Float.BYTES);
    }

    @Override
    public void verify(ErrorTally tally) {
        Verifier all = new Verifier(1 << Codec.DEFAULT_LOG2_BUCKET, 0, 1);
        Expectation sum = new SumExpectation(vectors.data(), world.size(), Codec.plain(), Mode.PLAIN);
        switch (collective) {
            case ALL_REDUCE -> all.check(result(0, received.length), 0, sum, tally);
            case REDUCE -> {
                if (gets()) {
                    all.check(result(0, received.length), 0, sum, tally);
                }
            }
            case REDUCE_SCATTER -> all.check(result(0, part), (long) world.rank() * part, sum, tally);
            case ALL_GATHER, GATHER -> {
                for (int rank = 0; rank < world.size() && gets(); rank++) {
                    all.check(result(rank * part, part), 0, copy(rank), tally);
                }
            }
            case SCATTER -> all.check(result(0, part), (long) world.rank() * part, copy(0), tally);
            case BROADCAST -> all.check(result(0, received.length), 0, copy(0), tally);
            case BARRIER, PING_PONG, CODEC -> {
                // has no result
            }
        }
    }

    /** {@return whether this rank gets a result: the root, and everyone where there is none} */
    private boolean gets() {
        return world.rank() == 0 || !(collective == Collective.REDUCE || collective == Collective.GATHER);
    }

    private Expectation copy(int rank) {
        return new CopyExpectation(vectors.data(), rank, Codec.plain());
    }

    @Override
    public long checksum() {
        boolean equal = collective == Collective.ALL_REDUCE
                || collective == Collective.ALL_GATHER
                || collective == Collective.BROADCAST;
        if (!equal) {
            return 0;
        }
        byte[] bytes = MemorySegment.ofArray(received).toArray(ValueLayout.JAVA_BYTE);
        return Verifier.checksum(MemorySegment.ofArray(bytes));
    }

    @Override
    public Subject subject() {
        boolean inPlace = collective == Collective.BROADCAST || collective == Collective.BARRIER;
        long count = collective == Collective.BARRIER ? 0 : send.length;
        return new Subject("mpj-express", Form.BLOCKING, inPlace, count, Codec.PLAIN_BITS, "plain", "mpj-express");
    }
}
