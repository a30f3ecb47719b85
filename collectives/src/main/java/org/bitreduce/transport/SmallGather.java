// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;

/** Passes a few bytes of every rank to every rank over a transport, for those who set up another one. Stateless. */
public final class SmallGather {

    private SmallGather() {}

    /**
     * Passes bytes. All ranks call it.
     *
     * @param transport nothing is under way with the tag
     * @param own this rank's, as many as everyone's, at least 1
     * @param tag the same on all ranks
     * @param deadline how long to wait for each of the others, positive
     * @return the bytes of all ranks, by rank
     * @throws CollectiveTimeoutException naming the rank that did not answer
     */
    public static byte[][] gather(Transport transport, byte[] own, long tag, Duration deadline) {
        byte[][] all = new byte[transport.size()][];
        all[transport.rank()] = own;
        Request[] receives = new Request[transport.size()];
        MessageBuffer[] landings = new MessageBuffer[transport.size()];
        try (MessageBuffer message = transport.allocate(own.length)) {
            for (int peer = 0; peer < receives.length; peer++) {
                if (peer != transport.rank()) {
                    receives[peer] = transport.newRequest();
                    landings[peer] = transport.allocate(own.length);
                    transport.receive(receives[peer], peer, tag, landings[peer]);
                }
            }
            message.segment().copyFrom(MemorySegment.ofArray(own));
            Request sent = transport.newRequest();
            transport.publish(sent, tag, message, own.length);
            Waiter waiter = new Waiter(transport, deadline);
            for (int peer = 0; peer < receives.length; peer++) {
                if (peer != transport.rank()) {
                    await(transport, receives[peer], waiter, peer, deadline);
                    all[peer] = receives[peer].message().toArray(ValueLayout.JAVA_BYTE);
                    receives[peer].release();
                    landings[peer].close();
                }
            }
            await(transport, sent, waiter, -1, deadline);
        }
        return all;
    }

    private static void await(Transport transport, Request request, Waiter waiter, int peer, Duration deadline) {
        waiter.reset();
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException("rank %d waited %d ms for %s: is it still running?"
                        .formatted(
                                transport.rank(),
                                deadline.toMillis(),
                                peer < 0
                                        ? "the others to take its address"
                                        : "the address of " + transport.describe(peer)));
            }
        }
    }
}
