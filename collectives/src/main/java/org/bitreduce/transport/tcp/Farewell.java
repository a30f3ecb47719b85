// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.util.concurrent.locks.LockSupport;
import org.bitreduce.transport.NativePool;

/** What a rank says last to all its peers, and the end of its connections. Confined like its transport. */
final class Farewell {

    private static final long PAUSE_NANOS = 50_000;

    private final Connection[] connections;
    private final NativePool<Block> pool;
    private final Drain drain = new Drain();

    Farewell(Connection[] connections, NativePool<Block> pool) {
        this.connections = connections;
        this.pool = pool;
    }

    /**
     * Sends a message of this rank's about itself behind what waits to be sent, and waits a while for all of it to leave.
     *
     * @param kind {@link Prefix#LEAVE}, or {@link Prefix#ABORT}, before which goes only what has begun to leave
     * @param text what goes with it
     * @param nanos how long to wait at most
     */
    void say(long kind, byte[] text, long nanos) {
        if (connections.length == 0) {
            return;
        }
        Block block = pool.take(Math.max(1, text.length));
        block.view(0, text.length).put(text);
        TcpRequest last = new TcpRequest(pool);
        last.beginSend(connections.length, kind, block, text.length);
        for (Connection connection : connections) {
            connection.sendLast(last, kind == Prefix.ABORT);
        }
        long deadline = System.nanoTime() + nanos;
        while (!flush() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean flush() {
        boolean done = true;
        for (Connection connection : connections) {
            done &= connection.flush(drain);
        }
        return done;
    }

    /** Ends all connections. */
    void close() {
        for (Connection connection : connections) {
            connection.close(drain);
        }
    }
}
