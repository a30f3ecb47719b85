// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What every {@link Transport} must do, checked by all its ranks together: each calls {@link #check} with its own end. See
 * {@link MessageContract} and {@link PublicationContract} for what travels; here are the end itself and its memory.
 */
public final class TransportContract {

    /** Lengths around cache lines, pages, packets, and what transports treat differently. */
    static final long[] LENGTHS = {1, 2, 63, 64, 65, 4095, 4096, 4097, 65_536, 131_073, (1 << 20) + 7};

    private static final long SEED = 42;

    private final KnownMessages messages;
    private final Transport transport;
    private final int rank;
    private final int size;

    private TransportContract(KnownMessages messages) {
        this.messages = messages;
        transport = messages.transport();
        rank = transport.rank();
        size = transport.size();
    }

    /**
     * Runs every check, collectively.
     *
     * @param transport this rank's end, on which nothing is under way; left so
     * @throws AssertionError if it breaks a promise
     */
    public static void check(Transport transport) {
        KnownMessages messages = new KnownMessages(transport, SEED);
        TransportContract contract = new TransportContract(messages);
        contract.describesItself();
        contract.refusesWrongArguments();
        contract.buffersAreZeroedAlignedAndDisjoint();
        if (transport.size() > 1) {
            new MessageContract(messages).check();
        }
        new PublicationContract(messages).check();
    }

    /**
     * Sends one long message around the ring of ranks, both ways.
     *
     * @param transport this rank's end
     * @param length in bytes
     */
    public static void checkLongMessage(Transport transport, long length) {
        new MessageContract(new KnownMessages(transport, SEED)).carriesBothWays(length);
    }

    /**
     * Sends and receives messages with random tags and lengths, in random order, many at a time.
     *
     * @param transport this rank's end
     * @param count how many this rank sends to each other rank
     * @param longest length in bytes
     * @param seed the same on all ranks
     */
    public static void soak(Transport transport, int count, int longest, long seed) {
        new MessageSoak(new KnownMessages(transport, seed), longest).run(count);
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

    private void require(boolean holds, String what) {
        messages.require(holds, what);
    }
}
