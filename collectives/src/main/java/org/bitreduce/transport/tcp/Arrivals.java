// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;
import org.bitreduce.transport.TrafficCounter;

/** Messages of one peer that come, or have come, before their receives were posted. Confined like its transport. */
final class Arrivals {

    private final Stash stash;
    private final TrafficCounter traffic;
    private final Long2ObjectHashMap<Arrival> byTag = new Long2ObjectHashMap<>();
    private final ArrayDeque<Arrival> spare = new ArrayDeque<>();
    /** Receives posted after their message had come. */
    private final ArrayDeque<TcpRequest> late = new ArrayDeque<>();

    Arrivals(Stash stash, TrafficCounter traffic) {
        this.stash = stash;
        this.traffic = traffic;
    }

    /** {@return whether a message would lead above the limit} */
    boolean isFullFor(long length) {
        return stash.isFullFor(length);
    }

    /** {@return a message that begins to come, with memory; null if one with this tag is here already} */
    Arrival begin(long tag, long length) {
        if (byTag.containsKey(tag)) {
            return null;
        }
        Arrival arrival = spare.isEmpty() ? new Arrival() : spare.remove();
        arrival.begin(stash.take(length), length);
        byTag.put(tag, arrival);
        return arrival;
    }

    /** {@return the message with this tag, or null} */
    Arrival find(long tag) {
        return byTag.get(tag);
    }

    /** Lets a receive, already begun, have a message. */
    void claim(Arrival arrival, TcpRequest receive) {
        arrival.request = receive;
        if (arrival.complete) {
            late.add(receive);
        }
    }

    /** A message is complete. */
    void complete(Arrival arrival) {
        arrival.complete = true;
        if (arrival.request != null) {
            deliver(arrival.request);
        }
    }

    boolean hasLate() {
        return !late.isEmpty();
    }

    /** Completes the receives posted after their message had come. {@return whether there were any} */
    boolean deliverLate() {
        boolean any = hasLate();
        while (hasLate()) {
            deliver(late.remove());
        }
        return any;
    }

    private void deliver(TcpRequest receive) {
        Arrival arrival = byTag.remove(receive.tag());
        traffic.received(Prefix.BYTES + arrival.length);
        receive.received(arrival.block, arrival.length, stash);
        spare.push(arrival);
    }
}
