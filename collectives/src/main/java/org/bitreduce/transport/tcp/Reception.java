// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Listens while a job comes together, and lets in who knows its secret. Strangers, whether they talk nonsense, are silent
 * or many, are turned away after a short time, and cost no more than a small thread each. Thread-safe.
 */
final class Reception implements AutoCloseable {

    /** How long a caller may take to show that it belongs here. */
    private static final long CALLER_MILLIS = 3_000;
    /** More than this many at a time are turned away at once; ranks among them call again. */
    private static final int MOST_CALLERS = 256;

    private static final int BACKLOG = 128;

    /** Who is let in. */
    interface Guest {
        /**
         * Takes the connection over. Called by a thread of its own.
         *
         * @param rank who has proved to be of the job
         * @throws IOException if something is wrong with it after all; the connection is closed then
         */
        void enter(int rank, SocketChannel channel, Deadline deadline) throws IOException;
    }

    private final ServerSocketChannel server;
    private final InetSocketAddress address;
    private final Semaphore room = new Semaphore(MOST_CALLERS);
    private int turnedAway;
    private String lastTurnedAway = "";

    private Reception(ServerSocketChannel server) throws IOException {
        this.server = server;
        this.address = (InetSocketAddress) server.getLocalAddress();
    }

    /**
     * Listens on one address; nobody is answered before {@link #open}.
     *
     * @param address on which alone it can be reached
     * @param port 0 for any that is free
     */
    static Reception listen(InetAddress address, int port, SocketTuning tuning) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            tuning.applyTo(server);
            server.bind(new InetSocketAddress(address, port), BACKLOG);
            return new Reception(server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** Begins to answer. */
    void open(Handshake handshake, Guest guest) {
        Thread.ofPlatform().daemon().name("bitreduce-tcp-reception").start(() -> accept(handshake, guest));
    }

    private void accept(Handshake handshake, Guest guest) {
        try {
            while (true) {
                SocketChannel caller = server.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().start(() -> receive(caller, handshake, guest));
                } else {
                    turnAway(caller, "too many callers at a time");
                }
            }
        } catch (IOException e) {
            // Closed: the job is complete, or has failed.
        }
    }

    private void receive(SocketChannel caller, Handshake handshake, Guest guest) {
        Deadline deadline = Deadline.in(Duration.ofMillis(CALLER_MILLIS));
        try {
            guest.enter(handshake.answer(caller, deadline), caller, deadline);
        } catch (IOException e) {
            turnAway(caller, e.getMessage());
        } finally {
            room.release();
        }
    }

    private void turnAway(SocketChannel caller, String why) {
        String who = String.valueOf(caller.socket().getRemoteSocketAddress());
        synchronized (this) {
            turnedAway++;
            lastTurnedAway = who + ": " + why;
        }
        Sockets.close(caller);
    }

    /** {@return a clause about strangers for messages, or nothing if there were none} */
    synchronized String strangers() {
        return turnedAway == 0
                ? ""
                : "; %d caller(s) were turned away, the last one %s".formatted(turnedAway, lastTurnedAway);
    }

    @Override
    public void close() {
        Sockets.close(server);
    }
}
