// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does not belong to the job: nothing is told or given to it, and the job comes together all the same. */
class TcpStrangerTest {

    private static final Duration SHORT = Duration.ofMillis(600);

    private final JobSecret secret = JobSecret.random();
    private final List<Socket> strangers = new ArrayList<>();
    private MeetingPoint point;

    @BeforeEach
    void open() throws IOException {
        point = MeetingPoint.open(InetAddress.getLoopbackAddress(), 2, secret);
    }

    @AfterEach
    void close() throws IOException {
        point.close();
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    private Socket stranger() throws IOException {
        Socket stranger =
                new Socket(point.address().getAddress(), point.address().getPort());
        stranger.setSoTimeout(10_000);
        strangers.add(stranger);
        return stranger;
    }

    private Transport meet(JobSecret known, int rank, int size, Duration deadline) {
        return TcpGroup.meet(point.address(), known, rank, size, deadline);
    }

    /** Two ranks meet and keep the contract. */
    private void jobComesTogether() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<java.util.concurrent.Future<?>> ranks = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                int r = rank;
                ranks.add(threads.submit(() -> {
                    try (Transport transport = meet(secret, r, 2, TcpEnds.DEADLINE)) {
                        TransportContract.soak(transport, 50, 300, 1);
                    }
                }));
            }
            for (var rank : ranks) {
                rank.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void silentStrangersDoNotDisturbAndAreTurnedAway() throws Exception {
        for (int i = 0; i < 100; i++) {
            stranger();
        }
        jobComesTogether();
        for (Socket stranger : strangers) {
            try (InputStream in = stranger.getInputStream()) {
                assertEquals(-1, readOrEnd(in), "the connection is ended without a word");
            }
        }
    }

    @Test
    void nonsenseIsAnsweredByNothing() throws Exception {
        byte[] nonsense = new byte[4096];
        new java.util.Random(7).nextBytes(nonsense);
        for (byte[] words :
                List.of(nonsense, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(4).getBytes(StandardCharsets.US_ASCII))) {
            Socket stranger = stranger();
            stranger.getOutputStream().write(words);
            assertEquals(-1, readOrEnd(stranger.getInputStream()));
        }
        jobComesTogether();
    }

    private static int readOrEnd(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the stranger is kept waiting", e);
        } catch (IOException e) {
            return -1; // reset: it had sent more than was read
        }
    }

    /** A stranger that has listened to a rank knows its hello, but not what to say to a new challenge. */
    @Test
    void aRepeatedHelloIsChallengedAnew() throws Exception {
        byte[] hello = helloOf(secret, 1);
        List<byte[]> nonces = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Socket stranger = stranger();
            stranger.getOutputStream().write(hello);
            nonces.add(stranger.getInputStream().readNBytes(16));
            stranger.getInputStream().readNBytes(32);
            stranger.getOutputStream().write(new byte[32]);
            assertEquals(-1, readOrEnd(stranger.getInputStream()), "a wrong proof is not welcome");
        }
        assertFalse(java.util.Arrays.equals(nonces.get(0), nonces.get(1)));
        jobComesTogether();
    }

    /** {@return what a caller says first, recorded by a server of the test's} */
    private static byte[] helloOf(JobSecret known, int rank) throws Exception {
        try (var server = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel caller =
                        SocketChannel.open(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
                Socket heard = server.accept()) {
            CompletableFuture<Void> call = CompletableFuture.runAsync(() -> assertThrows(
                    IOException.class,
                    () -> new Handshake(known, 2, rank)
                            .call(caller, Handshake.MEETING_POINT, Deadline.in(Duration.ofSeconds(5)))));
            byte[] hello = heard.getInputStream().readNBytes(56);
            heard.shutdownOutput();
            call.get(10, TimeUnit.SECONDS);
            return hello;
        }
    }

    @Test
    void aRankWithAnotherSecretIsTurnedAway() throws Exception {
        CollectiveTimeoutException failure =
                assertThrows(CollectiveTimeoutException.class, () -> meet(JobSecret.random(), 0, 2, SHORT));
        assertTrue(failure.getMessage().contains("with the same secret and version?"), failure.getMessage());
        jobComesTogether();
    }

    @Test
    void aRankOfAnotherSizeIsTurnedAway() throws Exception {
        assertThrows(CollectiveTimeoutException.class, () -> meet(secret, 0, 3, SHORT));
        jobComesTogether();
    }

    /** Who answers must know the secret too, or a rank would talk to whoever has taken the port. */
    @Test
    void aRankDoesNotTalkToAStranger() throws Exception {
        try (MeetingPoint false_ = MeetingPoint.open(InetAddress.getLoopbackAddress(), 2, JobSecret.random());
                var server = new java.net.ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> echo(server));
            for (InetSocketAddress where :
                    List.of(false_.address(), new InetSocketAddress(server.getInetAddress(), server.getLocalPort()))) {
                assertThrows(
                        CollectiveTimeoutException.class,
                        () -> TcpGroup.meet(where, secret, 0, 2, SHORT),
                        "at " + where);
            }
        }
    }

    private static void echo(java.net.ServerSocket server) {
        try {
            while (true) {
                Socket caller = server.accept();
                caller.getInputStream().transferTo(caller.getOutputStream());
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** The rank that is there says who is not. */
    @Test
    void anAbsentRankIsNamed() throws Exception {
        assertThrows(CollectiveTimeoutException.class, () -> meet(secret, 0, 2, SHORT));
        try (Reception reception = Reception.listen(InetAddress.getLoopbackAddress(), 0, SocketTuning.DEFAULT)) {
            TcpCard self = TcpCard.self(0, reception.address());
            TcpCard[] cards = {self, TcpCard.self(1, reception.address())};
            Joining joining = new Joining(self, cards, SocketTuning.DEFAULT, Deadline.in(SHORT));
            try (Socket stranger = new Socket(
                    reception.address().getAddress(), reception.address().getPort())) {
                stranger.getOutputStream().write(new byte[100]);
                CollectiveTimeoutException failure = assertThrows(
                        CollectiveTimeoutException.class,
                        () -> joining.join(reception, new Handshake(secret, 2, 0))
                                .close());
                String message = failure.getMessage();
                assertTrue(message.startsWith("rank 0 waited 600 ms for rank 1 (host "), message);
                assertTrue(message.contains("; 1 caller(s) were turned away, the last one /127.0.0.1:"), message);
                assertTrue(message.endsWith("it does not speak our language"), message);
            }
        }
    }

    @Test
    void theSecretsFileIsItsOwnersAlone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("secret");
        secret.write(file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                ByteBuffer.wrap(secret.toBytes()),
                ByteBuffer.wrap(JobSecret.read(file).toBytes()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(assertThrows(IOException.class, () -> JobSecret.read(file))
                .getMessage()
                .contains("chmod 600"));
        Path other = Files.write(folder.resolve("short"), new byte[31]);
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        assertTrue(assertThrows(IOException.class, () -> JobSecret.read(other))
                .getMessage()
                .contains("bytes=31"));
        assertFalse(secret.toString().contains(java.util.HexFormat.of().formatHex(secret.toBytes())));
    }
}
