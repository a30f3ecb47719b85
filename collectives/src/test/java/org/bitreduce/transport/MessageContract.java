// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.transport.KnownMessages.Incoming;
import org.bitreduce.transport.KnownMessages.Outgoing;

/** Messages from one rank to another: any length, any order, any number. For at least two ranks, all of which call it. */
final class MessageContract {

    /** More than any ring holds. */
    private static final int MANY = 300;

    private final KnownMessages messages;
    private final int next;
    private final int previous;

    MessageContract(KnownMessages messages) {
        this.messages = messages;
        next = messages.next();
        previous = messages.previous();
    }

    void check() {
        for (long length : TransportContract.LENGTHS) {
            carriesBothWays(length);
        }
        receivesInAnyOrder();
        receivesBeforeAndAfterTheSend();
        carriesManyAtOnce();
        requestsAndBuffersAreUsedAgain();
    }

    /** Everyone to the next rank and to the previous one at once. */
    void carriesBothWays(long length) {
        long tag = messages.tags(2);
        try (Incoming fromPrevious = messages.from(previous, tag, length).post();
                Incoming fromNext = messages.from(next, tag + 1, length).post();
                Outgoing forth = messages.to(next, tag, length).post();
                Outgoing back = messages.to(previous, tag + 1, length).post()) {
            fromPrevious.finish();
            fromNext.finish();
            forth.finish();
            back.finish();
        }
    }

    private void receivesInAnyOrder() {
        int[] order = {3, 0, 4, 1, 2};
        long tag = messages.tags(order.length);
        List<Outgoing> out = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            out.add(messages.to(next, tag + i, 100 + i).post());
        }
        // One after the other, so that the others lie about.
        for (int i : order) {
            receive(previous, tag + i, 100 + i);
        }
        out.forEach(Outgoing::finish);
        out.forEach(Outgoing::close);
        messages.barrier();
    }

    private void receive(int source, long tag, long length) {
        try (Incoming in = messages.from(source, tag, length).post()) {
            in.finish();
        }
    }

    private void receivesBeforeAndAfterTheSend() {
        long tag = messages.tags(2);
        try (Outgoing out = messages.to(next, tag, 1000);
                Incoming in = messages.from(previous, tag, 1000).post()) {
            messages.barrier(); // every receive is posted
            messages.require(!in.isDone(), "a receive is not done before its message is sent");
            messages.barrier();
            out.post();
            in.finish();
            out.finish();
        }
        try (Outgoing out = messages.to(next, tag + 1, 1000).post()) {
            messages.barrier(); // every message is sent, and perhaps here
            receive(previous, tag + 1, 1000);
            out.finish();
        }
    }

    /** In both directions between neighbours, the last first: no receiver can rely on room that others must free. */
    private void carriesManyAtOnce() {
        long tag = messages.tags(MANY);
        List<Outgoing> out = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            out.add(messages.to(i % 2 == 0 ? next : previous, tag + i, 1 + i % 90)
                    .post());
        }
        for (int i = MANY - 1; i >= 0; i--) {
            receive(i % 2 == 0 ? previous : next, tag + i, 1 + i % 90);
        }
        out.forEach(Outgoing::finish);
        out.forEach(Outgoing::close);
    }

    private void requestsAndBuffersAreUsedAgain() {
        int rounds = 300;
        long tag = messages.tags(rounds);
        Transport transport = messages.transport();
        try (MessageBuffer buffer = transport.allocate(512);
                MessageBuffer landing = transport.allocate(512)) {
            Request send = transport.newRequest();
            Request receive = transport.newRequest();
            for (int round = 0; round < rounds; round++) {
                long length = 1L + round * 7 % 512;
                messages.fill(buffer.segment(), tag + round, length);
                transport.send(send, next, tag + round, buffer, length);
                transport.receive(receive, previous, tag + round, landing);
                messages.await(receive, "message", tag + round);
                messages.verify(receive.message(), previous, tag + round, length);
                receive.release();
                messages.await(send, "release", tag + round);
            }
        }
    }
}
