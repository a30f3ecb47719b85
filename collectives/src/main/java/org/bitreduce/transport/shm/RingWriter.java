// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;

/** The sending end of the ring from this rank to one other. Confined to the sender's thread. */
final class RingWriter {

    private final MemorySegment memory;
    private final long ring;
    private final int source;
    private final int destination;
    private long position;
    private long consumed;

    RingWriter(ControlRegion control, int source, int destination) {
        memory = control.memory();
        ring = ControlLayout.ring(control.size(), source, destination);
        this.source = source;
        this.destination = destination;
    }

    /** {@return whether the descriptor was written; false if the ring is full} */
    boolean offer(Descriptor descriptor) {
        if (position - consumed == ControlLayout.SLOTS) {
            consumed = (long) ControlLayout.LONG.getAcquire(memory, ring);
            if (position - consumed == ControlLayout.SLOTS) {
                return false;
            }
        }
        long slot = ring + ControlLayout.FIRST_SLOT + position % ControlLayout.SLOTS * ControlLayout.LINE_BYTES;
        position++;
        descriptor.writeTo(memory, slot, position, source, destination);
        return true;
    }
}
