// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One vector made of many tensors, and where each lies in it. Confined to one thread, but while its call is under way
 * others read and write its memory.
 */
final class Packet {

    private final MemorySegment memory;
    private final int elementBytes;
    private final long alignFrom;
    /** Allocated when a tensor first comes with a residual. */
    private MemorySegment residual;

    private final List<MemorySegment> tensors = new ArrayList<>();
    /** Of each tensor; null where there is none. */
    private final List<MemorySegment> residuals = new ArrayList<>();

    private long[] starts = new long[16];
    private int[] numbers = new int[16];
    private boolean carriesResidual;
    private long count;
    /** Where the next tensor may begin: at the end of the last one, or of its last bucket. */
    private long free;

    /**
     * Makes an empty packet.
     *
     * @param memory of all its elements, owned by the caller
     * @param elementBytes size of one element
     * @param alignFrom size of a bucket in elements; tensors of at least that lie in buckets of their own
     */
    Packet(MemorySegment memory, int elementBytes, long alignFrom) {
        this.memory = memory;
        this.elementBytes = elementBytes;
        this.alignFrom = alignFrom;
    }

    /**
     * Copies a tensor in behind the others.
     *
     * @param number of the tensor, for messages
     * @param tensor whole elements
     * @param dropped its residual, or null
     * @return whether it fits; if not, it is not in
     */
    boolean take(int number, MemorySegment tensor, MemorySegment dropped) {
        long elements = tensor.byteSize() / elementBytes;
        boolean ownBuckets = elements >= alignFrom;
        long start = ownBuckets ? roundedUp(free) : free;
        if ((start + elements) * elementBytes > memory.byteSize()) {
            return false;
        }
        if (elements == 0) {
            return true;
        }
        // What is left over between tensors held an earlier step's results.
        zero(memory, count, start);
        copy(tensor, memory, start, elements);
        if (dropped != null && !carriesResidual) {
            beginResidual();
        }
        if (carriesResidual) {
            zero(residual, count, start + elements);
            if (dropped != null) {
                copy(dropped, residual, start, elements);
            }
        }
        remember(number, tensor, start, dropped);
        count = start + elements;
        free = ownBuckets ? roundedUp(count) : count;
        return true;
    }

    private long roundedUp(long element) {
        return Math.ceilDiv(element, alignFrom) * alignFrom;
    }

    private void beginResidual() {
        if (residual == null) {
            residual = Arena.ofAuto().allocate(memory.byteSize(), 64);
        }
        carriesResidual = true;
        zero(residual, 0, count);
    }

    private void remember(int number, MemorySegment tensor, long start, MemorySegment dropped) {
        int place = tensors.size();
        if (place == starts.length) {
            starts = Arrays.copyOf(starts, 2 * place);
            numbers = Arrays.copyOf(numbers, 2 * place);
        }
        starts[place] = start;
        numbers[place] = number;
        tensors.add(tensor);
        residuals.add(dropped);
    }

    private void zero(MemorySegment vector, long from, long to) {
        if (to > from) {
            vector.asSlice(from * elementBytes, (to - from) * elementBytes).fill((byte) 0);
        }
    }

    private void copy(MemorySegment tensor, MemorySegment vector, long start, long elements) {
        MemorySegment.copy(tensor, 0, vector, start * elementBytes, elements * elementBytes);
    }

    /** Copies the results, and what rounding has dropped, to where the tensors came from. */
    void giveResults() {
        for (int i = 0; i < tensors.size(); i++) {
            MemorySegment tensor = tensors.get(i);
            MemorySegment.copy(memory, starts[i] * elementBytes, tensor, 0, tensor.byteSize());
            if (residuals.get(i) != null) {
                MemorySegment.copy(residual, starts[i] * elementBytes, residuals.get(i), 0, tensor.byteSize());
            }
        }
    }

    /** Forgets all tensors; the memory stays. */
    void clear() {
        tensors.clear();
        residuals.clear();
        carriesResidual = false;
        count = 0;
        free = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return free * elementBytes >= memory.byteSize();
    }

    MemorySegment memory() {
        return memory;
    }

    /** {@return elements from the first tensor's first to the last one's last} */
    long count() {
        return count;
    }

    /** {@return what the call is to use; null if no tensor has come with one} */
    MemorySegment residual() {
        return carriesResidual ? residual : null;
    }

    /** {@return the numbers of its tensors and where they begin} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tensors.size(); i++) {
            text.append(i == 0 ? "" : " ").append(numbers[i]).append('@').append(starts[i]);
        }
        return text.toString();
    }
}
