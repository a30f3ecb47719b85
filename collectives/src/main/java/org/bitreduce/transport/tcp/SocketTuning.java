// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * How connections between ranks are set up.
 *
 * @param bufferBytes of the system's buffers for sending and receiving, 0 to leave their size to the system, which adapts
 *     it to the connection
 * @param stashBytes how much of one peer's messages is taken in before their receives are posted
 */
record SocketTuning(int bufferBytes, long stashBytes) {

    static final SocketTuning DEFAULT = new SocketTuning(0, 16L << 20);

    /** A connection on which nothing has come for so long is probed, */
    private static final int KEEPALIVE_IDLE_SECONDS = 10;

    /** so often, */
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;

    /** and given up after so many probes without an answer. */
    private static final int KEEPALIVE_PROBES = 3;

    /** Before the connection is made, for that is when the size of windows is agreed on. */
    void applyTo(NetworkChannel channel) throws IOException {
        if (bufferBytes > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
            if (channel instanceof SocketChannel) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            }
        }
    }

    /** After the handshake. */
    void applyToMember(SocketChannel channel) throws IOException {
        applyTo(channel);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        Map<SocketOption<Integer>, Integer> keepAlive = Map.of(
                ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS,
                ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS,
                ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
        for (var option : keepAlive.entrySet()) {
            if (channel.supportedOptions().contains(option.getKey())) {
                channel.setOption(option.getKey(), option.getValue());
            }
        }
    }
}
