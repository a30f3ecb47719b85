// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.DirectBuffer;

/**
 * A vector as a call sees it: where it lies, what it consists of, and how many elements it has. A view: it owns and copies
 * nothing, and what a call writes is in the caller's array, buffer or segment when the call is over.
 *
 * <p>Elements are little-endian. Memory may be native, mapped or on the heap, of any alignment. Native memory is
 * faster than arrays, which go by way of native memory piece by piece; that of {@link Communicator#allocate} is the fastest.
 * Immutable; whether the memory is long enough, alive, accessible and writable is checked by the call, which knows what
 * to name it.
 *
 * @param memory holds the elements from its beginning, and may be longer
 * @param type of the elements
 * @param count how many elements, not negative
 */
public record Data(MemorySegment memory, ElementType type, long count) {

    /** No elements: what ranks pass that have nothing to give or to get, such as scatter's other ranks. */
    public static final Data NONE = new Data(MemorySegment.NULL, ElementType.FLOAT, 0);

    /**
     * Checks what needs no knowledge of the call.
     *
     * @throws IllegalArgumentException if the count is negative
     */
    public Data {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(type, "type");
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative: count=" + count);
        }
    }

    /**
     * {@return a segment as a vector: as many elements as it has whole ones}
     *
     * @param memory all of it is the vector
     * @param type of the elements
     */
    public static Data of(MemorySegment memory, ElementType type) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(type, "type");
        return new Data(memory, type, memory.byteSize() / type.bytes());
    }

    /**
     * {@return an array as a vector}
     *
     * @param values read and written where they are
     */
    public static Data of(float[] values) {
        return of(MemorySegment.ofArray(values), ElementType.FLOAT);
    }

    /**
     * {@return an array as a vector}
     *
     * @param values read and written where they are
     */
    public static Data of(double[] values) {
        return of(MemorySegment.ofArray(values), ElementType.DOUBLE);
    }

    /**
     * {@return an array as a vector}
     *
     * @param values read and written where they are
     */
    public static Data of(int[] values) {
        return of(MemorySegment.ofArray(values), ElementType.INT);
    }

    /**
     * {@return an array as a vector}
     *
     * @param values read and written where they are
     */
    public static Data of(long[] values) {
        return of(MemorySegment.ofArray(values), ElementType.LONG);
    }

    /**
     * {@return an Agrona buffer as a vector: as many elements as it has whole ones}
     *
     * @param buffer a {@code MutableDirectBuffer} where results are written; over an array or a {@link ByteBuffer}
     * @param type of the elements
     */
    public static Data of(DirectBuffer buffer, ElementType type) {
        Objects.requireNonNull(type, "type");
        return of(buffer, 0, buffer.capacity() / type.bytes(), type);
    }

    /**
     * {@return a part of an Agrona buffer as a vector}
     *
     * @param buffer a {@code MutableDirectBuffer} where results are written; over an array or a {@link ByteBuffer}, not
     *     over a bare address, whose lifetime nobody could watch
     * @param index of the first byte
     * @param count elements
     * @param type of the elements
     * @throws IndexOutOfBoundsException if the buffer is too short
     * @throws IllegalArgumentException if the buffer wraps an address
     */
    public static Data of(DirectBuffer buffer, int index, int count, ElementType type) {
        Objects.requireNonNull(buffer, "buffer");
        Objects.requireNonNull(type, "type");
        buffer.boundsCheck(index, Math.multiplyExact(count, type.bytes()));
        return new Data(memoryOf(buffer).asSlice(index, (long) count * type.bytes()), type, count);
    }

    private static MemorySegment memoryOf(DirectBuffer buffer) {
        MemorySegment whole;
        if (buffer.byteArray() != null) {
            whole = MemorySegment.ofArray(buffer.byteArray());
        } else if (buffer.byteBuffer() != null) {
            whole = MemorySegment.ofBuffer(buffer.byteBuffer().duplicate().clear());
        } else if (buffer.capacity() == 0) {
            return MemorySegment.NULL;
        } else {
            throw new IllegalArgumentException(
                    "the buffer wraps the bare address 0x%x, whose lifetime nobody can watch: wrap a ByteBuffer, or make a MemorySegment of it with reinterpret"
                            .formatted(buffer.addressOffset()));
        }
        return whole.asSlice(buffer.wrapAdjustment(), buffer.capacity());
    }

    /**
     * {@return some of the elements}
     *
     * @param first index of the first
     * @param elements how many
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public Data slice(long first, long elements) {
        Objects.checkFromIndexSize(first, elements, count);
        return new Data(memory.asSlice(first * type.bytes(), elements * type.bytes()), type, elements);
    }

    @Override
    public String toString() {
        return "%d %s elements".formatted(count, type);
    }
}
