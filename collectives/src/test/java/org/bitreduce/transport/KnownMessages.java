// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.bitreduce.CollectiveTimeoutException;

/**
 * One rank's end of a transport, and messages over it whose bytes follow from their source, their tag and their length.
 * All ranks take the same tags in the same order. Needs no test framework, so that it also runs in processes and under the
 * launchers of MPI systems. Confined to one thread.
 */
public final class KnownMessages {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Messages are made of pieces of it, which begin anywhere: copied and compared faster than drawn. */
    private static final byte[] PATTERN = new byte[1 << 17];

    private static final int PIECE = PATTERN.length / 2;

    static {
        new SplittableRandom(1).nextBytes(PATTERN);
    }

    private final Transport transport;
    private final int rank;
    private final int size;
    private final long seed;
    private final Waiter waiter;
    private long nextTag;

    /**
     * Begins with tag 0.
     *
     * @param transport this rank's end
     * @param seed of whatever the caller draws; errors name it
     */
    public KnownMessages(Transport transport, long seed) {
        this.transport = transport;
        this.seed = seed;
        rank = transport.rank();
        size = transport.size();
        waiter = new Waiter(transport, DEADLINE);
    }

    /** {@return the transport} */
    public Transport transport() {
        return transport;
    }

    /** {@return the seed} */
    public long seed() {
        return seed;
    }

    /** {@return the rank after this one, in the ring of all} */
    public int next() {
        return (rank + 1) % size;
    }

    /** {@return the rank before this one, in the ring of all} */
    public int previous() {
        return (rank + size - 1) % size;
    }

    /** {@return the other ranks, the next one first} */
    public int[] peers() {
        return IntStream.range(rank + 1, rank + size).map(peer -> peer % size).toArray();
    }

    /** {@return the first of so many tags that nobody has used} */
    public long tags(int count) {
        long first = nextTag;
        nextTag += count;
        return first;
    }

    /** {@return a message to one rank, not posted} */
    public Outgoing to(int destination, long tag, long length) {
        return new Outgoing(
                tag, length, (request, buffer) -> transport.send(request, destination, tag, buffer, length));
    }

    /** {@return a message to some ranks, not posted} */
    public Outgoing toSome(int[] destinations, long tag, long length) {
        return new Outgoing(
                tag, length, (request, buffer) -> transport.publish(request, destinations, tag, buffer, length));
    }

    /** {@return a message to all other ranks, not posted} */
    public Outgoing toAll(long tag, long length) {
        return new Outgoing(tag, length, (request, buffer) -> transport.publish(request, tag, buffer, length));
    }

    /** {@return a message from a rank, whose receive is not posted} */
    public Incoming from(int source, long tag, long length) {
        return new Incoming(source, tag, length, length);
    }

    /** {@return the same, with room for a longer one} */
    public Incoming from(int source, long tag, long length, long room) {
        return new Incoming(source, tag, length, room);
    }

    /** {@return the messages of all other ranks with one tag, whose receives are posted} */
    public List<Incoming> fromAll(long tag, long length) {
        List<Incoming> messages = new ArrayList<>();
        for (int peer : peers()) {
            messages.add(from(peer, tag, length).post());
        }
        return messages;
    }

    /**
     * Sends a message to all other ranks, and receives theirs.
     *
     * @param length of each, in bytes
     */
    public void exchangeWithAll(long length) {
        long tag = tags(1);
        List<Incoming> in;
        try (Outgoing out = toAll(tag, length).post()) {
            in = fromAll(tag, length);
            in.forEach(Incoming::finish);
            out.finish();
        }
        in.forEach(Incoming::close);
    }

    /** Returns when all ranks are here. */
    public void barrier() {
        exchangeWithAll(Long.BYTES);
    }

    /**
     * Lets the transport work until a request is done.
     *
     * @param what is awaited, for the error
     */
    public void await(Request request, String what, long tag) {
        waiter.reset();
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException(
                        "rank " + rank + " waits in vain for a " + what + ": tag=" + tag + ", seed=" + seed);
            }
        }
    }

    /** Throws an error that says who expects what, unless it holds. */
    public void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(
                    "rank %d of %d on %s expects %s (seed=%d)".formatted(rank, size, transport.name(), what, seed));
        }
    }

    /** Writes this rank's message. */
    public void fill(MemorySegment memory, long tag, long length) {
        SplittableRandom random = new SplittableRandom(rank + 64 * tag + length);
        for (long at = 0; at < length; at += PIECE) {
            int start = random.nextInt(PIECE);
            MemorySegment.copy(MemorySegment.ofArray(PATTERN), start, memory, at, Math.min(PIECE, length - at));
        }
    }

    /** Throws an error unless a message is what its source must have sent. */
    public void verify(MemorySegment message, int source, long tag, long length) {
        require(message.byteSize() == length, "length " + length + ", not " + message.byteSize());
        MemorySegment pattern = MemorySegment.ofArray(PATTERN);
        SplittableRandom random = new SplittableRandom(source + 64 * tag + length);
        for (long at = 0; at < length; at += PIECE) {
            int start = random.nextInt(PIECE);
            long end = Math.min(at + PIECE, length);
            long wrong = MemorySegment.mismatch(pattern, start, start + end - at, message, at, end);
            if (wrong >= 0) {
                require(
                        false,
                        "other bytes from %d of what rank %d sent with tag %d, length %d"
                                .formatted(at + wrong, source, tag, length));
            }
        }
    }

    /** A message on its way out, with memory and request of its own. */
    public final class Outgoing implements AutoCloseable {
        private final MessageBuffer buffer;
        private final Request request = transport.newRequest();
        private final long tag;
        private final BiConsumer<Request, MessageBuffer> posting;

        private Outgoing(long tag, long length, BiConsumer<Request, MessageBuffer> posting) {
            this.tag = tag;
            this.posting = posting;
            buffer = transport.allocate(length);
            fill(buffer.segment(), tag, length);
        }

        /** {@return this, posted} */
        public Outgoing post() {
            posting.accept(request, buffer);
            return this;
        }

        /** {@return whether the memory may be written again} */
        public boolean isDone() {
            return request.isDone();
        }

        /** Waits until the memory may be written again. */
        public void finish() {
            await(request, "release", tag);
        }

        @Override
        public void close() {
            buffer.close();
        }
    }

    /** A message on its way in. */
    public final class Incoming implements AutoCloseable {
        private final MessageBuffer landing;
        private final Request request = transport.newRequest();
        private final int source;
        private final long tag;
        private final long length;
        private boolean finished;

        private Incoming(int source, long tag, long length, long room) {
            this.source = source;
            this.tag = tag;
            this.length = length;
            landing = transport.readsInPlace(source) ? null : transport.allocate(room);
        }

        /** {@return this, its receive posted} */
        public Incoming post() {
            transport.receive(request, source, tag, landing);
            return this;
        }

        /** {@return whether it is here} */
        public boolean isDone() {
            return request.isDone();
        }

        /** Waits until it is here. */
        public void arrive() {
            await(request, "message", tag);
        }

        /** Waits until it is here, checks it, and gives it back to its sender. Has no effect the second time. */
        public void finish() {
            if (!finished) {
                arrive();
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
