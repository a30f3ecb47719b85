// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.bitreduce.transport.Transport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On which of its host's addresses a rank listens for the others. */
@Timeout(60)
class TcpAddressTest {

    /** This test is rank 1, and looks at what rank 0 says of itself. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2"})
    void isTheOneByWhichItReachesTheMeetingPointAndNoOther(String place) throws Exception {
        JobSecret secret = JobSecret.random();
        Deadline limit = Deadline.in(TcpEnds.DEADLINE);
        try (MeetingPoint point = MeetingPoint.open(InetAddress.getByName(place), 2, secret)) {
            CompletableFuture<Transport> zero =
                    CompletableFuture.supplyAsync(() -> TcpGroup.meet(point.address(), secret, 0, 2, TcpEnds.DEADLINE));
            Handshake handshake = new Handshake(secret, 2, 1);
            try (SocketChannel channel =
                    new Caller(handshake, SocketTuning.DEFAULT, limit).call(point.address(), Handshake.MEETING_POINT)) {
                InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
                Line line = new Line(channel, limit);
                line.write(MeetingPoint.framed(TcpCard.self(1, own).toBytes()));
                InetSocketAddress listening =
                        TcpCard.read(MeetingPoint.readCard(line)).address();
                assertEquals(own.getAddress(), listening.getAddress(), "the kernel gives both the same way there");
                assertFalse(listening.getAddress().isAnyLocalAddress());
                refused(new InetSocketAddress("127.0.0.3", listening.getPort()));
                try (SocketChannel caller = new Caller(handshake, SocketTuning.DEFAULT, limit).call(listening, 0)) {
                    zero.join().close();
                    assertEquals(listening, caller.getRemoteAddress());
                }
            }
        }
    }

    private static void refused(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            assertThrows(IOException.class, () -> socket.connect(address, 2_000));
        }
    }
}
