// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Checks a caller's memory before anything is sent, and cuts it to the elements of the call. */
final class CallMemory {

    /** Never started: only a thread that is not the caller's, to ask segments about. */
    private static final Thread ANY_OTHER_THREAD =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {});

    private CallMemory() {}

    /** Input and output, or the one's place in the other, must be the same memory, or have nothing in common. */
    static void checkOverlap(MemorySegment place, MemorySegment whole, MemorySegment other) {
        Optional<MemorySegment> common = place.asOverlappingSlice(other);
        boolean same = common.isPresent()
                && common.get().byteSize() == place.byteSize()
                && other.byteSize() == place.byteSize();
        if (!same && overlap(whole, other)) {
            throw new IllegalArgumentException(
                    "input and output must be the same memory (their common part the same elements), or not overlap");
        }
    }

    static boolean overlap(MemorySegment a, MemorySegment b) {
        return a.asOverlappingSlice(b).isPresent();
    }

    /** {@return exactly the memory of the first elements, which this thread can read} */
    static MemorySegment read(String name, Data data, long count) {
        MemorySegment segment = data.memory();
        ElementType type = data.type();
        long whole = segment.byteSize() / type.bytes();
        if (count > Math.min(data.count(), whole)) {
            long bytes = data.count() <= whole ? data.count() * type.bytes() : segment.byteSize();
            throw new IndexOutOfBoundsException(
                    "%s is too short: count=%d, type=%s, bytes=%d".formatted(name, count, type, bytes));
        }
        if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException("%s is closed, or confined to another thread: thread=%s"
                    .formatted(name, Thread.currentThread().getName()));
        }
        return segment.asSlice(0, count * type.bytes());
    }

    /** {@return exactly the memory of the first elements, which this thread can write} */
    static MemorySegment written(String name, Data data, long count) {
        if (data.memory().isReadOnly()) {
            throw new IllegalArgumentException(name + " is read-only, but results are written there");
        }
        return read(name, data, count);
    }

    /** Non-blocking calls are carried out by another thread than the caller's. */
    static void requireUnconfined(String name, MemorySegment segment) {
        if (!segment.isAccessibleBy(ANY_OTHER_THREAD)) {
            throw new IllegalArgumentException(
                    "%s is confined to this thread, but another one carries out a non-blocking call: thread=%s; take memory of Communicator.allocate, Arena.ofShared, Arena.ofAuto, or an array"
                            .formatted(name, Thread.currentThread().getName()));
        }
    }
}
