// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import org.bitreduce.transport.Traffic;

/**
 * What went both ways, together.
 *
 * @param far to other hosts
 * @param near on this host, or null
 */
record HostsTraffic(Traffic far, Traffic near) implements Traffic {

    @Override
    public long sentMessages() {
        return far.sentMessages() + (near == null ? 0 : near.sentMessages());
    }

    @Override
    public long sentBytes() {
        return far.sentBytes() + (near == null ? 0 : near.sentBytes());
    }

    @Override
    public long receivedMessages() {
        return far.receivedMessages() + (near == null ? 0 : near.receivedMessages());
    }

    @Override
    public long receivedBytes() {
        return far.receivedBytes() + (near == null ? 0 : near.receivedBytes());
    }
}
