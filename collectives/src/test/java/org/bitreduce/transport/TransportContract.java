// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitreduce.CollectiveTimeoutException;

/**
 * What every {@link Transport} must do, checked by all its ranks together: each calls {@link #check} with its own end.
 * Needs no test framework, so that it also runs in processes and under the launchers of MPI systems.
 *
 * <p>Every message holds bytes that follow from its source, its tag and its length.
 */
public final class TransportContract {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Lengths around cache lines, pages, packets, and what transports treat differently. */
    private static final long[] LENGTHS = {1, 2, 63, 64, 65, 4095, 4096, 4097, 65_536, 131_073, (1 << 20) + 7};

    /** More than any ring holds. */
    private static final int MANY = 300;

    private final Transport transport;
    private final int rank;
    private final int size;
    private final long seed;
    private final Waiter waiter;
    private long nextTag;

    private TransportContract(Transport transport, long seed) {
        this.transport = transport;
        this.seed = seed;
        rank = transport.rank();
        size = transport.size();
        waiter = new Waiter(size, Duration.ofSeconds(30));
    }

    /**
     * Runs every check, collectively.
     *
     * @param transport this rank's end, on which nothing is under way; left so
     * @throws AssertionError if it breaks a promise
     */
    public static void check(Transport transport) {
        TransportContract contract = new TransportContract(transport, 42);
        contract.describesItself();
        contract.refusesWrongArguments();
        contract.buffersAreZeroedAlignedAndDisjoint();
        for (long length : LENGTHS) {
            contract.carriesEveryLengthBothWays(length);
        }
        contract.receivesInAnyOrder();
        contract.receivesBeforeAndAfterTheSend();
        contract.carriesManyMessagesAtOnce();
        contract.publishes();
        contract.publishesToSome();
        contract.publishesToASlowReader();
        contract.requestsAndBuffersAreUsedAgain();
        contract.countsTraffic();
    }

    /**
     * Sends one long message around the ring of ranks.
     *
     * @param transport this rank's end
     * @param length in bytes
     */
    public static void checkLongMessage(Transport transport, long length) {
        new TransportContract(transport, 43).carriesEveryLengthBothWays(length);
    }

    /**
     * Sends and receives small messages with random tags, in random order, many at a time.
     *
     * @param transport this rank's end
     * @param messages how many this rank sends to each other rank
     * @param seed the same on all ranks
     */
    public static void soak(Transport transport, int messages, long seed) {
        new TransportContract(transport, seed).soak(messages);
    }

    private void describesItself() {
        require(rank >= 0 && rank < size, "rank in range");
        require(!transport.name().isBlank(), "a name");
        require(transport.maxMessageBytes() >= 1 << 20, "messages of a mebibyte");
        for (int peer = 0; peer < size; peer++) {
            require(!transport.describe(peer).isBlank(), "a description of rank " + peer);
        }
    }

    private void refusesWrongArguments() {
        Request request = transport.newRequest();
        require(!request.isDone(), "a new request is not done");
        try (MessageBuffer buffer = transport.allocate(64)) {
            refused(() -> transport.allocate(0), "allocate(0)");
            refused(() -> transport.send(request, rank, 0, buffer, 1), "a send to this rank");
            refused(() -> transport.send(request, size, 0, buffer, 1), "a send beyond the last rank");
            refused(() -> transport.receive(request, -1, 0, buffer), "a receive from rank -1");
            refused(() -> transport.publish(request, -1, buffer, 1), "a negative tag");
            refused(() -> transport.publish(request, 0, buffer, 0), "an empty message");
            refused(
                    () -> transport.publish(request, 0, buffer, buffer.segment().byteSize() + 1),
                    "a message longer than its buffer");
        }
    }

    private void refused(Runnable call, String what) {
        try {
            call.run();
        } catch (IllegalArgumentException e) {
            require(e.getMessage() != null && e.getMessage().length() > 10, "a message that explains why " + what);
            return;
        }
        require(false, "that " + what + " is refused");
    }

    private void buffersAreZeroedAlignedAndDisjoint() {
        for (int round = 0; round < 3; round++) {
            List<MessageBuffer> buffers = new ArrayList<>();
            for (long length : LENGTHS) {
                MessageBuffer buffer = transport.allocate(length);
                MemorySegment memory = buffer.segment();
                require(memory.byteSize() >= length, "size of a buffer of " + length);
                require(memory.address() % 64 == 0, "alignment of a buffer of " + length);
                require(memory.mismatch(MemorySegment.ofArray(new byte[(int) memory.byteSize()])) == -1, "zeros");
                buffers.add(buffer);
            }
            for (int i = 0; i < buffers.size(); i++) {
                buffers.get(i).segment().fill((byte) (i + 1));
            }
            for (int i = 0; i < buffers.size(); i++) {
                MemorySegment memory = buffers.get(i).segment();
                byte first = memory.get(ValueLayout.JAVA_BYTE, 0);
                byte last = memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() - 1);
                require(first == i + 1 && last == i + 1, "buffers do not overlap");
            }
            // In another order than they were made.
            for (int i = 0; i < buffers.size(); i++) {
                buffers.get(i * 7 % buffers.size()).close();
            }
        }
    }

    /** Everyone to the next rank and to the previous one at once. */
    private void carriesEveryLengthBothWays(long length) {
        if (size == 1) {
            return;
        }
        long tag = tags(2);
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        try (Outgoing forth = new Outgoing(length, tag);
                Outgoing back = new Outgoing(length, tag + 1);
                Incoming fromPrevious = new Incoming(previous, tag, length);
                Incoming fromNext = new Incoming(next, tag + 1, length)) {
            forth.send(next);
            back.send(previous);
            fromPrevious.finish();
            fromNext.finish();
            forth.finish();
            back.finish();
        }
    }

    private void receivesInAnyOrder() {
        if (size == 1) {
            return;
        }
        int[] order = {3, 0, 4, 1, 2};
        long tag = tags(order.length);
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        List<Outgoing> out = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            out.add(new Outgoing(100 + i, tag + i));
            out.getLast().send(next);
        }
        // One after the other, so that the others lie about.
        for (int i : order) {
            try (Incoming in = new Incoming(previous, tag + i, 100 + i)) {
                in.finish();
            }
        }
        out.forEach(Outgoing::finish);
        out.forEach(Outgoing::close);
        barrier();
    }

    private void receivesBeforeAndAfterTheSend() {
        if (size == 1) {
            return;
        }
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        long tag = tags(2);
        try (Outgoing out = new Outgoing(1000, tag);
                Incoming in = new Incoming(previous, tag, 1000)) {
            barrier(); // every receive is posted
            require(!in.request.isDone(), "a receive is not done before its message is sent");
            barrier();
            out.send(next);
            in.finish();
            out.finish();
        }
        try (Outgoing out = new Outgoing(1000, tag + 1)) {
            out.send(next);
            barrier(); // every message is sent, and perhaps here
            try (Incoming in = new Incoming(previous, tag + 1, 1000)) {
                in.finish();
            }
            out.finish();
        }
    }

    /** In both directions between neighbours, the last first: no receiver can rely on room that others must free. */
    private void carriesManyMessagesAtOnce() {
        if (size == 1) {
            return;
        }
        long tag = tags(MANY);
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        List<Outgoing> out = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            out.add(new Outgoing(1 + i % 90, tag + i));
            out.getLast().send(i % 2 == 0 ? next : previous);
        }
        for (int i = MANY - 1; i >= 0; i--) {
            try (Incoming in = new Incoming(i % 2 == 0 ? previous : next, tag + i, 1 + i % 90)) {
                in.finish();
            }
        }
        out.forEach(Outgoing::finish);
        out.forEach(Outgoing::close);
    }

    private void publishes() {
        long tag = tags(1);
        List<Incoming> in = new ArrayList<>();
        try (Outgoing out = new Outgoing(70_000, tag)) {
            out.publish();
            for (int peer = 0; peer < size; peer++) {
                if (peer != rank) {
                    in.add(new Incoming(peer, tag, 70_000));
                }
            }
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    /** Every rank to those whose number is greater than its own: to many, to some, and to none. */
    private void publishesToSome() {
        long tag = tags(1);
        List<Incoming> in = new ArrayList<>();
        try (Outgoing out = new Outgoing(3000, tag)) {
            out.publish(java.util.stream.IntStream.range(rank + 1, size).toArray());
            for (int peer = 0; peer < rank; peer++) {
                in.add(new Incoming(peer, tag, 3000));
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
        long tag = tags(2);
        List<Incoming> in = new ArrayList<>();
        try (Outgoing out = new Outgoing(5000, tag)) {
            out.publish();
            for (int peer = 0; peer < size; peer++) {
                if (peer != rank) {
                    in.add(new Incoming(peer, tag, 5000));
                }
            }
            in.forEach(Incoming::await);
            if (rank != 0) {
                in.forEach(Incoming::finish);
            }
            barrier();
            require(rank == 0 || !out.request.isDone(), "a publication is not done while one rank still reads");
            barrier();
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    private void requestsAndBuffersAreUsedAgain() {
        if (size == 1) {
            return;
        }
        int rounds = 300;
        long tag = tags(rounds);
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        try (MessageBuffer buffer = transport.allocate(512);
                MessageBuffer landing = transport.allocate(512)) {
            Request send = transport.newRequest();
            Request receive = transport.newRequest();
            for (int round = 0; round < rounds; round++) {
                long length = 1L + round * 7 % 512;
                fill(buffer.segment(), rank, tag + round, length);
                transport.send(send, next, tag + round, buffer, length);
                transport.receive(receive, previous, tag + round, landing);
                await(receive, "message", tag + round);
                verify(receive.message(), previous, tag + round, length);
                receive.release();
                await(send, "release", tag + round);
            }
        }
    }

    private void countsTraffic() {
        barrier();
        Traffic traffic = transport.traffic();
        long sent = traffic.sentBytes();
        long received = traffic.receivedBytes();
        long messages = traffic.sentMessages();
        long tag = tags(1);
        List<Incoming> in = new ArrayList<>();
        try (Outgoing out = new Outgoing(10_000, tag)) {
            out.publish();
            for (int peer = 0; peer < size; peer++) {
                if (peer != rank) {
                    in.add(new Incoming(peer, tag, 10_000));
                }
            }
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
        long peers = size - 1L;
        require(traffic.sentMessages() - messages == peers, "messages sent: " + (traffic.sentMessages() - messages));
        requireBytes("sent", traffic.sentBytes() - sent, 10_000 * peers);
        requireBytes("received", traffic.receivedBytes() - received, 10_000 * peers);
    }

    /** A transport may add headers of its own, but not much. */
    private void requireBytes(String what, long counted, long payload) {
        require(
                counted >= payload && counted <= payload * 1.02,
                "bytes %s: %d of %d".formatted(what, counted, payload));
    }

    /** Each pair shares a random set of tags, in one random order for the sender and another for the receiver. */
    private void soak(int messages) {
        int window = 50;
        for (int done = 0; done < messages; done += window) {
            int count = Math.min(window, messages - done);
            List<Outgoing> out = new ArrayList<>();
            List<Incoming> in = new ArrayList<>();
            SplittableRandom schedule = new SplittableRandom(seed * 31 + done * 1009L + rank);
            for (int peer = 0; peer < size; peer++) {
                if (peer != rank) {
                    prepare(out, in, peer, count, done);
                }
            }
            while (!out.isEmpty() || !in.isEmpty()) {
                boolean sends = in.isEmpty() || (!out.isEmpty() && schedule.nextBoolean());
                if (sends) {
                    Outgoing chosen = out.remove(schedule.nextInt(out.size()));
                    chosen.send(chosen.destination);
                    running.add(chosen);
                } else {
                    Incoming chosen = in.remove(schedule.nextInt(in.size()));
                    chosen.post();
                    awaited.add(chosen);
                }
                transport.progress();
            }
            awaited.forEach(Incoming::finish);
            running.forEach(Outgoing::finish);
            awaited.forEach(Incoming::close);
            running.forEach(Outgoing::close);
            awaited.clear();
            running.clear();
        }
    }

    private final List<Outgoing> running = new ArrayList<>();
    private final List<Incoming> awaited = new ArrayList<>();

    private void prepare(List<Outgoing> out, List<Incoming> in, int peer, int count, int done) {
        SplittableRandom mine = new SplittableRandom(seed + done * 64L * 64 + rank * 64L + peer);
        SplittableRandom theirs = new SplittableRandom(seed + done * 64L * 64 + peer * 64L + rank);
        for (int i = 0; i < count; i++) {
            out.add(new Outgoing(mine.nextLong(1, 300), randomTag(mine, i)));
            out.getLast().destination = peer;
            long length = theirs.nextLong(1, 300);
            in.add(new Incoming(peer, randomTag(theirs, i), length, false));
        }
    }

    /** Random, but different for each {@code i} of a window. */
    private static long randomTag(SplittableRandom random, int i) {
        return (random.nextLong() >>> 8) << 6 | i;
    }

    private long tags(int count) {
        long first = nextTag;
        nextTag += count;
        return first;
    }

    private void barrier() {
        long tag = tags(1);
        List<Incoming> in = new ArrayList<>();
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank) {
                in.add(new Incoming(peer, tag, 8));
            }
        }
        try (Outgoing out = new Outgoing(8, tag)) {
            out.publish();
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    private void await(Request request, String what, long tag) {
        waiter.reset();
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException(
                        "rank " + rank + " waits in vain for a " + what + ": tag=" + tag + ", seed=" + seed);
            }
        }
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(
                    "rank %d of %d on %s expects %s (seed=%d)".formatted(rank, size, transport.name(), what, seed));
        }
    }

    private static void fill(MemorySegment memory, int source, long tag, long length) {
        SplittableRandom random = new SplittableRandom(source + 64 * tag + length);
        long i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            memory.set(LONG, i, random.nextLong());
        }
        for (; i < length; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
    }

    private void verify(MemorySegment message, int source, long tag, long length) {
        if (message.byteSize() != length) {
            require(false, "length %d, not %d".formatted(length, message.byteSize()));
        }
        SplittableRandom random = new SplittableRandom(source + 64 * tag + length);
        long i = 0;
        boolean same = true;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            same &= message.get(LONG, i) == random.nextLong();
        }
        for (; i < length; i++) {
            same &= message.get(ValueLayout.JAVA_BYTE, i) == (byte) random.nextInt();
        }
        if (!same) {
            require(false, "the bytes that rank %d sent with tag %d, length %d".formatted(source, tag, length));
        }
    }

    /** A message on its way out, with memory and request of its own. */
    private final class Outgoing implements AutoCloseable {
        private final MessageBuffer buffer;
        private final Request request = transport.newRequest();
        private final long tag;
        private final long length;
        private int destination;

        Outgoing(long length, long tag) {
            this.tag = tag;
            this.length = length;
            buffer = transport.allocate(length);
            fill(buffer.segment(), rank, tag, length);
        }

        void send(int to) {
            transport.send(request, to, tag, buffer, length);
        }

        void publish(int[] destinations) {
            transport.publish(request, destinations, tag, buffer, length);
        }

        void publish() {
            transport.publish(request, tag, buffer, length);
        }

        void finish() {
            TransportContract.this.await(request, "release", tag);
        }

        @Override
        public void close() {
            buffer.close();
        }
    }

    /** A message on its way in. */
    private final class Incoming implements AutoCloseable {
        private final MessageBuffer landing;
        private final Request request = transport.newRequest();
        private final int source;
        private final long tag;
        private final long length;
        private boolean finished;

        Incoming(int source, long tag, long length) {
            this(source, tag, length, true);
        }

        Incoming(int source, long tag, long length, boolean posts) {
            this.source = source;
            this.tag = tag;
            this.length = length;
            landing = transport.readsInPlace(source) ? null : transport.allocate(length);
            if (posts) {
                post();
            }
        }

        void post() {
            transport.receive(request, source, tag, landing);
        }

        void await() {
            TransportContract.this.await(request, "message", tag);
        }

        void finish() {
            if (!finished) {
                await();
                verify(request.message(), source, tag, length);
                request.release();
                finished = true;
            }
        }

        @Override
        public void close() {
            if (landing != null) {
                landing.close();
            }
        }
    }
}
