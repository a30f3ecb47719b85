// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bitreduce.transport.KnownMessages.Incoming;
import org.bitreduce.transport.KnownMessages.Outgoing;

/** One message to many ranks, and what is counted of it. All ranks call it. */
final class PublicationContract {

    private final KnownMessages messages;
    private final Transport transport;
    private final int rank;
    private final int size;

    PublicationContract(KnownMessages messages) {
        this.messages = messages;
        transport = messages.transport();
        rank = transport.rank();
        size = transport.size();
    }

    void check() {
        messages.exchangeWithAll(70_000);
        publishesToSome();
        publishesToASlowReader();
        countsTraffic();
    }

    /** Every rank to those whose number is greater than its own: to many, to some, and to none. */
    private void publishesToSome() {
        long tag = messages.tags(1);
        List<Incoming> in = new ArrayList<>();
        int[] greater = IntStream.range(rank + 1, size).toArray();
        try (Outgoing out = messages.toSome(greater, tag, 3000).post()) {
            for (int peer = 0; peer < rank; peer++) {
                in.add(messages.from(peer, tag, 3000).post());
            }
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    /** Rank 0 keeps all messages while the others are through; no sender may write again before that. */
    private void publishesToASlowReader() {
        if (size == 1 || !transport.readsInPlace()) {
            return;
        }
        long tag = messages.tags(1);
        List<Incoming> in;
        try (Outgoing out = messages.toAll(tag, 5000).post()) {
            in = messages.fromAll(tag, 5000);
            in.forEach(Incoming::arrive);
            if (rank != 0) {
                in.forEach(Incoming::finish);
            }
            messages.barrier();
            messages.require(rank == 0 || !out.isDone(), "a publication is not done while one rank still reads");
            messages.barrier();
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    private void countsTraffic() {
        messages.barrier();
        Traffic traffic = transport.traffic();
        long sent = traffic.sentBytes();
        long received = traffic.receivedBytes();
        long count = traffic.sentMessages();
        messages.exchangeWithAll(10_000);
        long peers = size - 1L;
        messages.require(traffic.sentMessages() - count == peers, "messages sent: " + (traffic.sentMessages() - count));
        requireBytes("sent", traffic.sentBytes() - sent, 10_000 * peers);
        requireBytes("received", traffic.receivedBytes() - received, 10_000 * peers);
    }

    /** A transport may add headers of its own, but not much. */
    private void requireBytes(String what, long counted, long payload) {
        messages.require(
                counted >= payload && counted <= payload * 1.02,
                "bytes %s: %d of %d".formatted(what, counted, payload));
    }
}
