// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import org.bitreduce.transport.shm.Sleeper;
import org.bitreduce.transport.tcp.TcpTransport;

/** Sleeps until a connection has something; a rank of the host that has something else writes a few bytes to one. */
final class SleepOnConnections implements Sleeper {

    private final TcpTransport connections;
    private final int[] ranks;

    /**
     * Keeps both.
     *
     * @param connections to all ranks
     * @param ranks of this host, by their numbers on it
     */
    SleepOnConnections(TcpTransport connections, int[] ranks) {
        this.connections = connections;
        this.ranks = ranks;
    }

    @Override
    public void sleep(long nanos) {
        connections.await(nanos);
    }

    @Override
    public void wake(int peer) {
        connections.wake(ranks[peer]);
    }
}
