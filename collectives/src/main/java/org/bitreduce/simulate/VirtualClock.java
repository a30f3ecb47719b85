// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Events in the order of their virtual time, those of the same time in the order in which they were announced.
 *
 * <p>A heap of four children per node in plain arrays: thousands of ranks have hundreds of thousands of events ahead of
 * them, and what such a heap costs is how often it misses the caches.
 */
final class VirtualClock {

    private static final int CHILDREN = 4;

    private long[] times = new long[1024];
    private long[] numbers = new long[times.length];
    private Runnable[] actions = new Runnable[times.length];
    private int size;
    /** Announced for the present: after what the heap has for it. */
    private final ArrayDeque<Runnable> present = new ArrayDeque<>();

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
        announced++;
        if (time == now) {
            present.add(action);
        } else {
            rise(time, action);
        }
    }

    /** Goes on to the next event and lets it happen. */
    boolean step() {
        boolean later = size == 0 || times[0] > now;
        if (later && !present.isEmpty()) {
            present.remove().run();
            return true;
        }
        if (size == 0) {
            return false;
        }
        now = times[0];
        removeFirst().run();
        return true;
    }

    /** Puts the newest event where it belongs: after all others of its time, so numbers need not be compared. */
    private void rise(long time, Runnable action) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        int place = size++;
        while (place > 0 && times[(place - 1) / CHILDREN] > time) {
            move((place - 1) / CHILDREN, place);
            place = (place - 1) / CHILDREN;
        }
        put(place, time, announced, action);
    }

    private Runnable removeFirst() {
        Runnable first = actions[0];
        size--;
        Runnable last = actions[size];
        actions[size] = null;
        if (size > 0) {
            sink(times[size], numbers[size], last);
        }
        return first;
    }

    /** Puts an event where the first one was, or below. */
    private void sink(long time, long number, Runnable action) {
        int place = 0;
        while (CHILDREN * place + 1 < size) {
            int least = leastChild(place);
            if (isBefore(time, number, least)) {
                break;
            }
            move(least, place);
            place = least;
        }
        put(place, time, number, action);
    }

    private int leastChild(int place) {
        int least = CHILDREN * place + 1;
        int end = Math.min(least + CHILDREN, size);
        for (int child = least + 1; child < end; child++) {
            if (isBefore(times[child], numbers[child], least)) {
                least = child;
            }
        }
        return least;
    }

    private boolean isBefore(long time, long number, int place) {
        return time < times[place] || time == times[place] && number < numbers[place];
    }

    private void move(int from, int to) {
        put(to, times[from], numbers[from], actions[from]);
    }

    private void put(int place, long time, long number, Runnable action) {
        times[place] = time;
        numbers[place] = number;
        actions[place] = action;
    }
}
