// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.agrona.collections.Long2ObjectHashMap;
import org.bitreduce.TransportException;

/**
 * Native memory of one transport, by size, each piece in the form that the transport wants. The garbage collector frees
 * it, so that nobody can use it after that. Confined like its transport.
 *
 * @param <B> what a piece of memory is wrapped in
 */
public final class NativePool<B> {

    private static final int ALIGNMENT = 64;
    /** The largest piece, in bytes. */
    private static final long LARGEST = (Integer.MAX_VALUE - 2L * ALIGNMENT) / ALIGNMENT * ALIGNMENT;

    private final Long2ObjectHashMap<ArrayDeque<B>> free = new Long2ObjectHashMap<>();
    private final Function<ByteBuffer, B> wrap;

    /**
     * Begins without memory.
     *
     * @param wrap called once per piece of memory, which is direct, zeroed, aligned to 64 bytes, and of its size class
     */
    public NativePool(Function<ByteBuffer, B> wrap) {
        this.wrap = wrap;
    }

    /**
     * Takes a piece of memory.
     *
     * @param bytes the size that is needed, 1 to 2 GiB - 1 KiB
     * @return one of at least that size, which holds what it held when it was given back
     * @throws TransportException if there is no memory left
     */
    public B take(long bytes) {
        long size = sizeClass(bytes);
        ArrayDeque<B> same = free.get(size);
        B buffer = same == null ? null : same.poll();
        return buffer != null ? buffer : wrap.apply(allocate(size, bytes));
    }

    /**
     * Gives a piece of memory back.
     *
     * @param buffer from {@link #take}
     * @param size of its memory in bytes
     */
    public void give(B buffer, long size) {
        ArrayDeque<B> same = free.get(size);
        if (same == null) {
            same = new ArrayDeque<>();
            free.put(size, same);
        }
        same.push(buffer);
    }

    /** Forgets all memory that is not in use. */
    public void clear() {
        free.clear();
    }

    /**
     * {@return {@code bytes} rounded up by at most an eighth, so that buffers of nearly the same size are shared}
     *
     * @param bytes at least 1
     */
    public static long sizeClass(long bytes) {
        long step = Math.max(ALIGNMENT, Long.highestOneBit(bytes) >>> 3);
        return Math.max(bytes, Math.min(LARGEST, (bytes + step - 1) / step * step));
    }

    /** Not from an arena: writing several segments by one call makes garbage, writing buffers does not. */
    private static ByteBuffer allocate(long size, long wanted) {
        try {
            return ByteBuffer.allocateDirect(Math.toIntExact(size + ALIGNMENT))
                    .alignedSlice(ALIGNMENT)
                    .slice(0, (int) size);
        } catch (OutOfMemoryError e) {
            throw new TransportException(
                    "no native memory left for a message buffer: wanted bytes=" + wanted
                            + "; give the JVM more with -XX:MaxDirectMemorySize, or use smaller vectors",
                    e);
        }
    }
}
