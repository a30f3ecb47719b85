// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CodecChooser;
import org.bitreduce.Communicator;
import org.bitreduce.ElementType;
import org.bitreduce.Outcome;
import org.bitreduce.Pending;
import org.bitreduce.Reduction;

/** Exchanges through a communicator, which stays the caller's. */
final class CommunicatorExchange implements GradientExchange {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Communicator communicator;

    CommunicatorExchange(Communicator communicator) {
        this.communicator = communicator;
    }

    @Override
    public int rank() {
        return communicator.rank();
    }

    @Override
    public int size() {
        return communicator.size();
    }

    @Override
    public String transportName() {
        return communicator.transportName();
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return communicator.allocate(bytes);
    }

    @Override
    public Outcome average(MemorySegment gradient, CodecChooser codec, CallOptions options) {
        long count = gradient.byteSize() / Float.BYTES;
        return communicator.allReduce(gradient, gradient, count, ElementType.FLOAT, Reduction.MEAN, codec, options);
    }

    @Override
    public UnderWay begin(MemorySegment gradient, CodecChooser codec, CallOptions options) {
        long count = gradient.byteSize() / Float.BYTES;
        Pending pending = communicator
                .nonBlocking()
                .allReduce(gradient, gradient, count, ElementType.FLOAT, Reduction.MEAN, codec, options);
        return pending::await;
    }

    @Override
    public void sum(double[] values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocateFrom(DOUBLE, values);
            sum(vector, ElementType.DOUBLE);
            MemorySegment.copy(vector, DOUBLE, 0, values, 0, values.length);
        }
    }

    @Override
    public void sum(long[] values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocateFrom(LONG, values);
            sum(vector, ElementType.LONG);
            MemorySegment.copy(vector, LONG, 0, values, 0, values.length);
        }
    }

    private void sum(MemorySegment vector, ElementType type) {
        communicator.allReduce(vector, type, Reduction.SUM, Codec.plain());
    }

    @Override
    public long sentBytes() {
        return communicator.traffic().sentBytes();
    }

    @Override
    public long nextOperation() {
        return communicator.nextOperation();
    }

    @Override
    public void resumeAt(long operation) {
        communicator.resumeAt(operation);
    }
}
