// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

/**
 * A network in which every rank has one link out and one link in, both at once, through a switch that is never full. A
 * link serves one message at a time, in the order in which they come to it: {@code bytes / rate} each. The first byte
 * of a message reaches its receiver's link a latency after it has left; the message has arrived when the receiver's link
 * has served it. Each message costs sender and receiver an overhead of their own time.
 *
 * @param latencyPicos from link to link, not negative
 * @param picosPerByte of a link, not negative; 0 for links without a limit
 * @param overheadPicos of each end's processor per message, not negative
 */
public record NetworkModel(long latencyPicos, double picosPerByte, long overheadPicos) {

    /** Checks the ranges. */
    public NetworkModel {
        if (latencyPicos < 0 || !(picosPerByte >= 0) || overheadPicos < 0) {
            throw new IllegalArgumentException(
                    "a network's times must not be negative: latency=%d ps, per byte=%f ps, overhead=%d ps"
                            .formatted(latencyPicos, picosPerByte, overheadPicos));
        }
    }

    /**
     * {@return how long a link serves a message}
     *
     * @param bytes its length
     */
    long serve(long bytes) {
        return Math.round(bytes * picosPerByte);
    }

    /** {@return the same network with links that have no limit} */
    public NetworkModel withoutBandwidth() {
        return new NetworkModel(latencyPicos, 0, overheadPicos);
    }
}
