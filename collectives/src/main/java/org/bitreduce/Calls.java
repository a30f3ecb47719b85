// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.transport.Transport;

/** Makes calls of callers' arguments, all of them checked before anything is sent. */
final class Calls {

    private final Transport transport;
    private final CommunicatorOptions options;

    Calls(Transport transport, CommunicatorOptions options) {
        this.transport = transport;
        this.options = options;
    }

    Call allReduce(Data input, Data output, Reduction reduction, CodecChooser codec, CallOptions callOptions) {
        require(input, output, reduction, codec, callOptions);
        long count = input.count();
        MemorySegment in = CallMemory.read("input", input, count);
        MemorySegment out = CallMemory.written("output", output, count);
        CallMemory.checkOverlap(in, in, out);
        return checked(new Call(Operation.ALL_REDUCE, in, out, count, input.type(), reduction, 0, codec, callOptions));
    }

    Call reduce(Data input, Data output, Reduction reduction, int root, CodecChooser codec, CallOptions callOptions) {
        checkRoot(root);
        boolean isRoot = transport.rank() == root;
        require(input, isRoot ? output : input, reduction, codec, callOptions);
        long count = input.count();
        MemorySegment in = CallMemory.read("input", input, count);
        MemorySegment out = isRoot ? CallMemory.written("output", output, count) : MemorySegment.NULL;
        if (isRoot) {
            CallMemory.checkOverlap(in, in, out);
        }
        return checked(new Call(Operation.REDUCE, in, out, count, input.type(), reduction, root, codec, callOptions));
    }

    Call reduceScatter(Data input, Data output, Reduction reduction, CodecChooser codec, CallOptions callOptions) {
        require(input, output, reduction, codec, callOptions);
        long count = input.count();
        MemorySegment in = CallMemory.read("input", input, count);
        int rank = transport.rank();
        int bytes = input.type().bytes();
        long first = Parts.start(count, rank, transport.size(), codec.prototype());
        long part = Parts.start(count, rank + 1, transport.size(), codec.prototype()) - first;
        MemorySegment out = CallMemory.written("output", output, part);
        CallMemory.checkOverlap(in.asSlice(first * bytes, part * bytes), in, out);
        return checked(
                new Call(Operation.REDUCE_SCATTER, in, out, count, input.type(), reduction, 0, codec, callOptions));
    }

    Call allGather(Data input, Data output, CodecChooser codec, CallOptions callOptions) {
        require(input, output, Reduction.SUM, codec, callOptions);
        return gathering(Operation.ALL_GATHER, input, output, 0, codec, callOptions);
    }

    Call gather(Data input, Data output, int root, CodecChooser codec, CallOptions callOptions) {
        checkRoot(root);
        if (transport.rank() == root) {
            require(input, output, Reduction.SUM, codec, callOptions);
            return gathering(Operation.GATHER, input, output, root, codec, callOptions);
        }
        require(input, input, Reduction.SUM, codec, callOptions);
        MemorySegment in = CallMemory.read("input", input, input.count());
        return checked(new Call(
                Operation.GATHER,
                in,
                MemorySegment.NULL,
                input.count(),
                input.type(),
                Reduction.SUM,
                root,
                codec,
                callOptions));
    }

    private Call gathering(
            Operation operation, Data input, Data output, int root, CodecChooser codec, CallOptions callOptions) {
        long count = input.count();
        MemorySegment in = CallMemory.read("input", input, count);
        MemorySegment out = CallMemory.written("output", output, all(count));
        CallMemory.checkOverlap(out.asSlice(transport.rank() * in.byteSize(), in.byteSize()), out, in);
        return checked(new Call(operation, in, out, count, input.type(), Reduction.SUM, root, codec, callOptions));
    }

    Call scatter(Data input, Data output, int root, CodecChooser codec, CallOptions callOptions) {
        checkRoot(root);
        boolean isRoot = transport.rank() == root;
        require(isRoot ? input : output, output, Reduction.SUM, codec, callOptions);
        refuseResidual(Operation.SCATTER, callOptions);
        long count = output.count();
        MemorySegment out = CallMemory.written("output", output, count);
        MemorySegment in = isRoot ? CallMemory.read("input", input, all(count)) : MemorySegment.NULL;
        if (isRoot) {
            CallMemory.checkOverlap(in.asSlice(root * out.byteSize(), out.byteSize()), in, out);
        }
        return checked(
                new Call(Operation.SCATTER, in, out, count, output.type(), Reduction.SUM, root, codec, callOptions));
    }

    Call broadcast(Data data, int root, CodecChooser codec, CallOptions callOptions) {
        checkRoot(root);
        require(data, data, Reduction.SUM, codec, callOptions);
        refuseResidual(Operation.BROADCAST, callOptions);
        MemorySegment used = CallMemory.written("data", data, data.count());
        return checked(new Call(
                Operation.BROADCAST, used, used, data.count(), data.type(), Reduction.SUM, root, codec, callOptions));
    }

    private static void require(
            Data input, Data output, Reduction reduction, CodecChooser codec, CallOptions callOptions) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(reduction, "reduction");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(callOptions, "options");
        if (input.type() != output.type()) {
            throw new IllegalArgumentException("input and output must have the same element type: input=%s, output=%s"
                    .formatted(input.type(), output.type()));
        }
    }

    private void checkRoot(int root) {
        if (root < 0 || root >= transport.size()) {
            throw new IllegalArgumentException(
                    "root must be a rank of the group: root=%d, size=%d".formatted(root, transport.size()));
        }
    }

    private static void refuseResidual(Operation operation, CallOptions callOptions) {
        if (callOptions.residual() != null) {
            throw new IllegalArgumentException(operation + " has no error feedback: pass no residual");
        }
    }

    /** {@return the elements of all ranks together} */
    private long all(long count) {
        try {
            return Math.multiplyExact(count, (long) transport.size());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "more elements than a vector can have: count=%d, size=%d".formatted(count, transport.size()), e);
        }
    }

    Call barrier() {
        MemorySegment none = MemorySegment.NULL;
        return checked(new Call(
                Operation.BARRIER,
                none,
                none,
                0,
                ElementType.FLOAT,
                Reduction.SUM,
                0,
                Codec.plain(),
                CallOptions.DEFAULT));
    }

    private Call checked(Call call) {
        Rules.check(call, call.chooser().prototype(), transport, options);
        MemorySegment residual = call.options().residual();
        if (residual != null) {
            MemorySegment used = CallMemory.written("residual", Data.of(residual, call.type()), call.count());
            if (CallMemory.overlap(used, call.input()) || CallMemory.overlap(used, call.output())) {
                throw new IllegalArgumentException("the residual must not overlap input or output");
            }
        }
        return call;
    }
}
