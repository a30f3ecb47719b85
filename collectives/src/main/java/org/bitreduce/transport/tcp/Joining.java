// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.NativePool;
import org.bitreduce.transport.TrafficCounter;

/** Makes this rank's connections: it calls the ranks below it and is called by those above. */
final class Joining {

    private final TcpCard self;
    private final TcpCard[] cards;
    private final SocketTuning tuning;
    private final Deadline limit;
    private final SocketChannel[] channels;
    private int absent;

    /**
     * Prepares to join.
     *
     * @param cards of all ranks, by rank
     */
    Joining(TcpCard self, TcpCard[] cards, SocketTuning tuning, Deadline limit) {
        this.self = self;
        this.cards = cards.clone();
        this.tuning = tuning;
        this.limit = limit;
        this.channels = new SocketChannel[cards.length];
        this.absent = cards.length - 1;
    }

    /**
     * Joins.
     *
     * @param reception at this rank's address, not yet open
     * @return the transport
     * @throws CollectiveTimeoutException if ranks are absent when the limit has passed; names them
     */
    TcpTransport join(Reception reception, Handshake handshake) {
        reception.open(handshake, (rank, channel, deadline) -> enter(rank, channel));
        boolean complete = false;
        try {
            Caller caller = new Caller(handshake, tuning, limit);
            for (int peer = 0; peer < self.rank(); peer++) {
                enter(peer, call(caller, peer));
            }
            awaitAll(reception);
            TcpTransport transport = open();
            complete = true;
            return transport;
        } catch (IOException e) {
            throw new TransportException(
                    "rank " + self.rank() + " cannot set up its connections: " + e.getMessage(), e);
        } finally {
            if (!complete) {
                closeAll();
            }
        }
    }

    private SocketChannel call(Caller caller, int peer) {
        try {
            return caller.call(cards[peer].address(), peer);
        } catch (IOException e) {
            throw new CollectiveTimeoutException(
                    "rank %d waited %d ms for rank %d (%s) to answer at %s: %s; is there a firewall between them?"
                            .formatted(
                                    self.rank(),
                                    limit.wholeMillis(),
                                    peer,
                                    cards[peer].describe(),
                                    cards[peer].address(),
                                    e.getMessage()),
                    e);
        }
    }

    private synchronized void enter(int rank, SocketChannel channel) throws IOException {
        if (channels[rank] != null || absent == 0) {
            throw new IOException("rank " + rank + " is here already");
        }
        channels[rank] = channel;
        absent--;
        notifyAll();
    }

    private synchronized void awaitAll(Reception reception) {
        try {
            while (absent > 0) {
                if (limit.hasPassed()) {
                    throw new CollectiveTimeoutException("rank %d waited %d ms for %s to call at %s%s"
                            .formatted(
                                    self.rank(),
                                    limit.wholeMillis(),
                                    absentRanks(),
                                    self.address(),
                                    reception.strangers()));
                }
                TimeUnit.MILLISECONDS.timedWait(this, 20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("rank " + self.rank() + " was interrupted while it waited for the others", e);
        }
    }

    private String absentRanks() {
        List<String> names = new ArrayList<>();
        for (int rank = 0; rank < channels.length; rank++) {
            if (channels[rank] == null && rank != self.rank()) {
                names.add("rank " + rank + " (" + cards[rank].describe() + ")");
            }
        }
        return String.join(", ", names);
    }

    private synchronized TcpTransport open() throws IOException {
        NativePool<Block> pool = new NativePool<>(Block::new);
        TrafficCounter traffic = new TrafficCounter();
        Connection[] connections = new Connection[channels.length];
        for (int rank = 0; rank < channels.length; rank++) {
            if (rank != self.rank()) {
                tuning.applyToMember(channels[rank]);
                connections[rank] = new Connection(cards[rank], channels[rank], pool, tuning.stashBytes(), traffic);
            }
        }
        return new TcpTransport(self, connections, pool, traffic);
    }

    private synchronized void closeAll() {
        absent = 0;
        for (SocketChannel channel : channels) {
            if (channel != null) {
                Sockets.close(channel);
            }
        }
    }
}
