// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment until which something may take. Immutable. */
final class Deadline {

    private final long end;
    private final Duration whole;

    private Deadline(long end, Duration whole) {
        this.end = end;
        this.whole = whole;
    }

    static Deadline in(Duration duration) {
        long nanos = duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
        return new Deadline(System.nanoTime() + nanos, duration);
    }

    /** {@return this one, or so many milliseconds from now, whichever comes first} */
    Deadline atMost(long millis) {
        return millis < remaining() ? in(Duration.ofMillis(millis)) : this;
    }

    boolean hasPassed() {
        return System.nanoTime() - end >= 0;
    }

    private long remaining() {
        return (end - System.nanoTime()) / 1_000_000;
    }

    /**
     * {@return what is left, in milliseconds, at least 1}
     *
     * @throws SocketTimeoutException if nothing is left
     */
    int millis() throws SocketTimeoutException {
        if (hasPassed()) {
            throw new SocketTimeoutException("nothing came within " + whole.toMillis() + " ms");
        }
        return Math.clamp(remaining(), 1, Integer.MAX_VALUE);
    }

    /** {@return how long it was in all, in milliseconds} */
    long wholeMillis() {
        return whole.toMillis();
    }
}
