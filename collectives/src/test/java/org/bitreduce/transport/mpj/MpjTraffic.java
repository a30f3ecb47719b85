// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import mpi.MPI;
import org.bitreduce.transport.KnownMessages;
import org.bitreduce.transport.KnownMessages.Incoming;
import org.bitreduce.transport.KnownMessages.Outgoing;
import org.bitreduce.transport.TransportContract;

/** What MPJ Express treats in ways of its own: tags beyond an int, messages around its protocol switch, and the user's. */
final class MpjTraffic {

    private static final int[] SIZES = {
        1, 2, 63, 64, 4095, 4096, 131_047, 131_048, 131_049, 262_097, 1_000_003, 32 << 20
    };
    private static final long[] TAGS = {
        1L << 30, 1L << 31, 1L << 40, (1L << 49) - 1, 1L << 49, (1L << 62) + 7, Long.MAX_VALUE
    };

    private final KnownMessages messages;
    private final int rank;
    private final int size;

    MpjTraffic(KnownMessages messages) {
        this.messages = messages;
        rank = messages.transport().rank();
        size = messages.transport().size();
    }

    void ofManyKinds() {
        tagsOutOfOrder(true);
        tagsOutOfOrder(false);
        bigTags();
        for (int length : SIZES) {
            aroundTheRing(length);
        }
        manyLarge(8, 1 << 20);
        manyLarge(4, 4 << 20);
        publications();
        TransportContract.soak(messages.transport(), 1_000, 30_000, 42);
    }

    /** All receives, which have room for more, and all sends the other way round; either may come first. */
    private void tagsOutOfOrder(boolean receivesFirst) {
        int count = 20;
        long first = messages.tags(count);
        List<Incoming> in = new ArrayList<>();
        List<Outgoing> out = new ArrayList<>();
        for (int peer : messages.peers()) {
            for (int i = 0; i < count; i++) {
                in.add(messages.from(peer, first + i, 1000 + i, 5000));
                out.addFirst(messages.to(peer, first + i, 1000 + i));
            }
        }
        if (receivesFirst) {
            in.forEach(Incoming::post);
            out.forEach(Outgoing::post);
        } else {
            out.forEach(Outgoing::post);
            in.forEach(Incoming::post);
        }
        finish(in, out);
    }

    private static void finish(List<Incoming> in, List<Outgoing> out) {
        in.forEach(Incoming::finish);
        out.forEach(Outgoing::finish);
        in.forEach(Incoming::close);
        out.forEach(Outgoing::close);
    }

    private void bigTags() {
        List<Incoming> in = new ArrayList<>();
        List<Outgoing> out = new ArrayList<>();
        for (long tag : TAGS) {
            for (int peer : messages.peers()) {
                in.add(messages.from(peer, tag, 64).post());
                out.add(messages.to(peer, tag, 64).post());
            }
        }
        finish(in, out);
    }

    private void aroundTheRing(int length) {
        long tag = messages.tags(1);
        try (Incoming in = messages.from(messages.previous(), tag, length).post();
                Outgoing out = messages.to(messages.next(), tag, length).post()) {
            in.finish();
            out.finish();
        }
    }

    /** The pattern that makes MPJ's own rendezvous protocol wait for ever. */
    private void manyLarge(int count, int bytes) {
        long first = messages.tags(count);
        List<Incoming> in = new ArrayList<>();
        List<Outgoing> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int peer : messages.peers()) {
                out.add(messages.to(peer, first + i, bytes).post());
            }
        }
        for (int i = 0; i < count; i++) {
            for (int peer : messages.peers()) {
                in.add(messages.from(peer, first + i, bytes).post());
            }
        }
        finish(in, out);
    }

    private void publications() {
        for (int bytes : new int[] {100, 20_000, 3_000_000}) {
            long before = messages.transport().traffic().sentBytes();
            messages.exchangeWithAll(bytes);
            long sent = messages.transport().traffic().sentBytes() - before;
            long headers = 16 * (size - 1L); // some transports count theirs
            messages.require(
                    sent == (size - 1L) * bytes || sent == (size - 1L) * bytes + headers, "traffic: sent=" + sent);
        }
    }

    /** The same tags and peers in the program's own messages; they must not meet ours. */
    void besideTheUsersOwn() throws Exception {
        FutureTask<Void> user = new FutureTask<>(this::exchangeAsUser, null);
        Thread.ofPlatform().start(user);
        for (int i = 0; i < 5; i++) {
            manyLarge(3, 200_000);
        }
        user.get();
    }

    private void exchangeAsUser() {
        for (int i = 0; i < 50; i++) {
            byte[] out = new byte[1000 + i];
            Arrays.fill(out, (byte) (rank + i));
            byte[] in = new byte[1000 + i];
            // Within a JVM a send of MPJ's waits for its receive.
            if (rank % 2 == 0) {
                MPI.COMM_WORLD.Send(out, 0, out.length, MPI.BYTE, messages.next(), i % 3);
            }
            MPI.COMM_WORLD.Recv(in, 0, in.length, MPI.BYTE, messages.previous(), i % 3);
            if (rank % 2 == 1) {
                MPI.COMM_WORLD.Send(out, 0, out.length, MPI.BYTE, messages.next(), i % 3);
            }
            Arrays.fill(out, (byte) (messages.previous() + i));
            if (!Arrays.equals(in, out)) {
                throw new IllegalStateException("the user's own message " + i + " is wrong");
            }
        }
    }
}
