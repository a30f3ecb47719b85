// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.transport.Transport;

/** Keeps slots for the next call, by size class, so that a call allocates nothing that an earlier one had. */
final class SlotPool {

    private final Transport transport;
    private final List<ArrayDeque<Slot>> free = new ArrayList<>();
    private final ArrayDeque<Slot> bare = new ArrayDeque<>();

    SlotPool(Transport transport) {
        this.transport = transport;
        for (int i = 0; i < 4 * Long.SIZE; i++) {
            free.add(new ArrayDeque<>());
        }
    }

    /** {@return a slot whose buffer holds at least this many bytes} */
    Slot withBuffer(long bytes) {
        Slot slot = free.get(sizeClass(bytes)).poll();
        return slot != null ? slot : new Slot(transport.allocate(classBytes(bytes)), transport.newRequest());
    }

    /** {@return a slot to receive messages of at most this many bytes of a rank with} */
    Slot toReceive(int source, long bytes) {
        if (!transport.readsInPlace(source)) {
            return withBuffer(bytes);
        }
        Slot slot = bare.poll();
        return slot != null ? slot : new Slot(null, transport.newRequest());
    }

    /** Takes a slot back whose request is idle. */
    void giveBack(Slot slot, long bytes) {
        if (slot.buffer() == null) {
            bare.push(slot);
        } else {
            free.get(sizeClass(bytes)).push(slot);
        }
    }

    /** Frees the buffers of all slots that are here. */
    void close() {
        for (ArrayDeque<Slot> same : free) {
            while (!same.isEmpty()) {
                same.pop().buffer().close();
            }
        }
        bare.clear();
    }

    /** Four classes per power of two, so that at most a quarter of a buffer is slack. */
    static int sizeClass(long bytes) {
        long size = classBytes(bytes);
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(size);
        return 4 * exponent + (int) (size >>> (exponent - 2)) - 4;
    }

    private static long classBytes(long bytes) {
        long size = Math.max(256, bytes);
        long step = Long.highestOneBit(size) / 4;
        return Math.ceilDiv(size, step) * step;
    }
}
