// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitreduce.transport.KnownMessages.Incoming;
import org.bitreduce.transport.KnownMessages.Outgoing;

/** Each pair of ranks shares a random set of tags, in one random order for the sender and another for the receiver. */
final class MessageSoak {

    /** How many messages of each pair, and direction, are under way together. */
    private static final int WINDOW = 50;

    private final KnownMessages messages;
    private final int rank;
    private final int longest;
    private final List<Outgoing> out = new ArrayList<>();
    private final List<Incoming> in = new ArrayList<>();
    private final List<Outgoing> sent = new ArrayList<>();
    private final List<Incoming> awaited = new ArrayList<>();

    MessageSoak(KnownMessages messages, int longest) {
        this.messages = messages;
        this.longest = longest;
        rank = messages.transport().rank();
    }

    void run(int count) {
        for (int done = 0; done < count; done += WINDOW) {
            for (int peer : messages.peers()) {
                prepare(peer, Math.min(WINDOW, count - done), done);
            }
            postAll(new SplittableRandom(messages.seed() * 31 + done * 1009L + rank));
            awaited.forEach(Incoming::finish);
            sent.forEach(Outgoing::finish);
            awaited.forEach(Incoming::close);
            sent.forEach(Outgoing::close);
            awaited.clear();
            sent.clear();
        }
    }

    private void prepare(int peer, int count, int done) {
        SplittableRandom mine = new SplittableRandom(messages.seed() + done * 64L * 64 + rank * 64L + peer);
        SplittableRandom theirs = new SplittableRandom(messages.seed() + done * 64L * 64 + peer * 64L + rank);
        for (int i = 0; i < count; i++) {
            long length = mine.nextLong(1, longest);
            out.add(messages.to(peer, tag(mine, i), length));
            length = theirs.nextLong(1, longest);
            in.add(messages.from(peer, tag(theirs, i), length));
        }
    }

    /** Random, but different for each {@code i} of a window. */
    private static long tag(SplittableRandom random, int i) {
        return (random.nextLong() >>> 8) << 6 | i;
    }

    private void postAll(SplittableRandom order) {
        while (!out.isEmpty() || !in.isEmpty()) {
            boolean sends = in.isEmpty() || (!out.isEmpty() && order.nextBoolean());
            if (sends) {
                sent.add(out.remove(order.nextInt(out.size())).post());
            } else {
                awaited.add(in.remove(order.nextInt(in.size())).post());
            }
            messages.transport().progress();
        }
    }
}
