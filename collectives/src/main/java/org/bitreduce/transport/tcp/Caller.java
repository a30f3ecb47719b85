// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** Calls another member of the job, again and again until it answers. Immutable. */
final class Caller {

    private static final long CALL_MILLIS = 5_000;
    private static final long PAUSE_NANOS = 50_000_000;

    private final Handshake handshake;
    private final SocketTuning tuning;
    private final Deadline limit;

    Caller(Handshake handshake, SocketTuning tuning, Deadline limit) {
        this.handshake = handshake;
        this.tuning = tuning;
        this.limit = limit;
    }

    /**
     * {@return a blocking connection to a member that knows the job's secret}
     *
     * @param address where it listens, or soon will
     * @param peer its rank, or {@link Handshake#MEETING_POINT}
     * @throws IOException the last thing that went wrong, if it does not answer in time
     */
    SocketChannel call(InetSocketAddress address, int peer) throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open();
            try {
                Deadline soon = limit.atMost(CALL_MILLIS);
                tuning.applyTo(channel);
                channel.socket().connect(address, soon.millis());
                handshake.call(channel, peer, soon);
                return channel;
            } catch (IOException e) {
                Sockets.close(channel);
                if (limit.hasPassed()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
