// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

/** The {@link Traffic} of a transport, which alone holds the counter and counts. Confined like its transport. */
public final class TrafficCounter implements Traffic {

    private long sentMessages;
    private long sentBytes;
    private long receivedMessages;
    private long receivedBytes;

    /** Begins at zero. */
    public TrafficCounter() {}

    /**
     * Counts a message that leaves this rank; a publication counts once per peer.
     *
     * @param bytes its length, at least 0
     */
    public void sent(long bytes) {
        sentMessages++;
        sentBytes += bytes;
    }

    /**
     * Counts bytes that peers have read here without a message.
     *
     * @param bytes over all peers, at least 0
     */
    public void sentInPlace(long bytes) {
        sentBytes += bytes;
    }

    /**
     * Counts a message that arrived.
     *
     * @param bytes its length, at least 0
     */
    public void received(long bytes) {
        receivedMessages++;
        receivedBytes += bytes;
    }

    @Override
    public long sentMessages() {
        return sentMessages;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public long receivedMessages() {
        return receivedMessages;
    }

    @Override
    public long receivedBytes() {
        return receivedBytes;
    }
}
