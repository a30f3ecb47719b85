// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.transport.TrafficCounter;

/** What comes from one other rank: matches its messages with the receives posted for them. Confined to one thread. */
final class Inbox {

    private final RingReader ring;
    private final PeerSegments segments;
    private final TrafficCounter traffic;
    private final Descriptor next = new Descriptor();
    private final Long2ObjectHashMap<SharedRequest> posted = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Descriptor> unexpected = new Long2ObjectHashMap<>();
    private final ArrayDeque<Descriptor> spare = new ArrayDeque<>();
    /** Receives posted after their message had come, with its descriptors; the next poll completes them. */
    private final ArrayDeque<SharedRequest> late = new ArrayDeque<>();

    private final ArrayDeque<Descriptor> lateMessages = new ArrayDeque<>();

    Inbox(RingReader ring, PeerSegments segments, TrafficCounter traffic) {
        this.ring = ring;
        this.segments = segments;
        this.traffic = traffic;
    }

    /** {@return whether a receive is posted for this tag} */
    boolean isAwaited(long tag) {
        return posted.containsKey(tag);
    }

    void receive(SharedRequest request, long tag) {
        request.beginReceive();
        Descriptor arrived = unexpected.remove(tag);
        if (arrived == null) {
            posted.put(tag, request);
        } else {
            late.add(request);
            lateMessages.add(arrived);
        }
    }

    /** {@return the number of receives that still lack their message} */
    int awaited() {
        return posted.size();
    }

    /** Takes what has come. {@return whether there was anything} */
    boolean poll() {
        if (posted.isEmpty() && late.isEmpty()) {
            return false; // what comes is left where it is until somebody wants it
        }
        boolean worked = false;
        while (!late.isEmpty()) {
            Descriptor arrived = lateMessages.remove();
            deliver(late.remove(), arrived);
            spare.add(arrived);
            worked = true;
        }
        while (ring.poll(next)) {
            SharedRequest request = posted.remove(next.tag);
            if (request == null) {
                keep();
            } else {
                deliver(request, next);
            }
            worked = true;
        }
        return worked;
    }

    PeerSegments segments() {
        return segments;
    }

    private void deliver(SharedRequest request, Descriptor arrived) {
        request.arrive(
                segments.owner(),
                arrived,
                segments.message(arrived.segment, arrived.offset, arrived.length),
                segments.require(arrived.cellSegment, arrived.cellOffset, ControlLayout.LINE_BYTES));
        traffic.received(arrived.length);
    }

    private void keep() {
        Descriptor kept = spare.isEmpty() ? new Descriptor() : spare.remove();
        kept.set(next);
        if (unexpected.put(kept.tag, kept) != null) {
            throw new CorruptFrameException("two messages with the same tag are under way from one rank: " + kept);
        }
    }
}
