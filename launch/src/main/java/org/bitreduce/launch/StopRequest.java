// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.time.Duration;

/**
 * Tells a rank that it should stop in good order: save what it needs to go on later, then throw {@link StoppedException}.
 * Ranks see a request at different times, so they must agree, by a collective, on where to stop. Thread-safe.
 */
@FunctionalInterface
public interface StopRequest {

    /** Never asks. */
    StopRequest NEVER = () -> "";

    /** {@return who or what asks, such as {@code SIGTERM}; empty while nobody does} Once it asks it goes on asking. */
    String reason();

    /**
     * {@return a request that also asks once so much time has passed since this JVM was started}
     *
     * @param limit positive, or zero for none
     */
    default StopRequest orAfter(Duration limit) {
        if (limit.isZero()) {
            return this;
        }
        long started = java.lang.management.ManagementFactory.getRuntimeMXBean().getStartTime();
        long nanos = System.nanoTime() - (System.currentTimeMillis() - started) * 1_000_000;
        return () -> {
            String earlier = reason();
            boolean over = System.nanoTime() - nanos >= limit.toNanos();
            return earlier.isEmpty() && over ? "the time limit of " + limit.toMillis() / 1000.0 + " s" : earlier;
        };
    }
}
