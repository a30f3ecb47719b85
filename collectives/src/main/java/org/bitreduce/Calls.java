// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
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

    Call allReduce(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions callOptions) {
        MemorySegment in = CallMemory.read("input", input, count, type);
        MemorySegment out = CallMemory.written("output", output, count, type);
        CallMemory.checkOverlap(in, in, out);
        return checked(new Call(Operation.ALL_REDUCE, in, out, count, type, reduction, 0, codec, callOptions));
    }

    Call reduceScatter(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions callOptions) {
        MemorySegment in = CallMemory.read("input", input, count, type);
        int rank = transport.rank();
        long first = Parts.start(count, rank, transport.size(), codec.prototype());
        long part = Parts.start(count, rank + 1, transport.size(), codec.prototype()) - first;
        MemorySegment out = CallMemory.written("output", output, part, type);
        CallMemory.checkOverlap(in.asSlice(first * type.bytes(), part * type.bytes()), in, out);
        return checked(new Call(Operation.REDUCE_SCATTER, in, out, count, type, reduction, 0, codec, callOptions));
    }

    Call allGather(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            CodecChooser codec,
            CallOptions callOptions) {
        MemorySegment in = CallMemory.read("input", input, count, type);
        long total = Math.multiplyExact(count, (long) transport.size());
        MemorySegment out = CallMemory.written("output", output, total, type);
        CallMemory.checkOverlap(out.asSlice(transport.rank() * in.byteSize(), in.byteSize()), out, in);
        return checked(new Call(Operation.ALL_GATHER, in, out, count, type, Reduction.SUM, 0, codec, callOptions));
    }

    Call broadcast(
            MemorySegment data, long count, ElementType type, int root, CodecChooser codec, CallOptions callOptions) {
        MemorySegment used = CallMemory.written("data", data, count, type);
        if (root < 0 || root >= transport.size()) {
            throw new IllegalArgumentException(
                    "root must be a rank of the group: root=%d, size=%d".formatted(root, transport.size()));
        }
        if (callOptions.residual() != null) {
            throw new IllegalArgumentException("broadcast has no error feedback: pass no residual");
        }
        return checked(new Call(Operation.BROADCAST, used, used, count, type, Reduction.SUM, root, codec, callOptions));
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
        MemorySegment residual = call.options().residual();
        if (residual != null) {
            MemorySegment used = CallMemory.written("residual", residual, call.count(), call.type());
            if (CallMemory.overlap(used, call.input()) || CallMemory.overlap(used, call.output())) {
                throw new IllegalArgumentException("the residual must not overlap input or output");
            }
        }
        Rules.check(call, call.chooser().prototype(), transport, options);
        return call;
    }
}
