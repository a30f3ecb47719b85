// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CorruptFrameException;

/** The receiving end of the ring from one other rank to this one. Confined to the receiver's thread. */
final class RingReader {

    private final ControlRegion control;
    private final MemorySegment memory;
    private final long ring;
    private final int source;
    private final int destination;
    private long position;

    RingReader(ControlRegion control, int source, int destination) {
        this.control = control;
        memory = control.memory();
        ring = ControlLayout.ring(control.size(), source, destination);
        this.source = source;
        this.destination = destination;
    }

    /**
     * Takes the next descriptor, if there is one, and frees its slot.
     *
     * @param into receives it
     * @return whether there was one
     * @throws CorruptFrameException if something stands there that the sender cannot have written
     */
    boolean poll(Descriptor into) {
        long slot = ring + ControlLayout.FIRST_SLOT + position % ControlLayout.SLOTS * ControlLayout.LINE_BYTES;
        long sequence = (long) ControlLayout.LONG.getAcquire(memory, slot);
        long next = position + 1;
        if (sequence == Math.max(0, next - ControlLayout.SLOTS)) {
            return false; // still what was there one lap ago
        }
        if (sequence != next || !into.readFrom(memory, slot, next, source, destination)) {
            throw new CorruptFrameException(
                    "rank %d found a corrupt descriptor from rank %d: position=%d, sequence=%d, %s; the shared memory was changed by something else"
                            .formatted(control.number(destination), control.number(source), position, sequence, into));
        }
        position = next;
        ControlLayout.LONG.setRelease(memory, ring, position);
        return true;
    }
}
