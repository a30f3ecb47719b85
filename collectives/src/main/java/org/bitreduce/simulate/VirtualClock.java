// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.util.PriorityQueue;

/** Events in the order of their virtual time, those of the same time in the order in which they were announced. */
final class VirtualClock {

    private record Event(long time, long number, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.time != b.time ? Long.compare(a.time, b.time) : Long.compare(a.number, b.number));
    private long announced;
    private long now;

    /** {@return picoseconds since the beginning} */
    long now() {
        return now;
    }

    /** Announces an event, not earlier than now. */
    void at(long time, Runnable action) {
        if (time < now) {
            throw new IllegalArgumentException("time does not run backwards: now=%d, time=%d".formatted(now, time));
        }
        events.add(new Event(time, announced++, action));
    }

    /** Goes on to the next event and lets it happen. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.time;
        next.action.run();
        return true;
    }
}
