// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;
import org.bitreduce.transport.tcp.TcpGroup;

/** Connections of our own between ranks that MPJ has started: addresses and the secret go through MPJ, data do not. */
final class TcpOverMpj {

    private static final long TAG = 0;

    private TcpOverMpj() {}

    /**
     * Joins the other ranks. All of them call it.
     *
     * @param mpj nothing posted; closed when this returns
     * @param address of this host, on which the others can reach it
     * @param deadline how long to wait for them
     * @return the transport of this rank
     * @throws org.bitreduce.CollectiveException if they cannot be reached
     */
    static Transport join(MpjTransport mpj, InetAddress address, Duration deadline) {
        try (mpj) {
            return TcpGroup.gathered(address, mpj.rank(), mpj.size(), deadline, own -> gather(mpj, own, deadline));
        }
    }

    private static byte[][] gather(MpjTransport mpj, byte[] own, Duration deadline) {
        byte[][] all = new byte[mpj.size()][];
        all[mpj.rank()] = own;
        Request[] receives = new Request[mpj.size()];
        try (MessageBuffer message = mpj.allocate(own.length)) {
            for (int peer = 0; peer < receives.length; peer++) {
                if (peer != mpj.rank()) {
                    receives[peer] = mpj.newRequest();
                    mpj.receive(receives[peer], peer, TAG, mpj.allocate(own.length));
                }
            }
            message.segment().copyFrom(MemorySegment.ofArray(own));
            Request sent = mpj.newRequest();
            mpj.publish(sent, TAG, message, own.length);
            Waiter waiter = new Waiter(mpj.size(), deadline);
            for (int peer = 0; peer < receives.length; peer++) {
                if (peer != mpj.rank()) {
                    await(mpj, receives[peer], waiter, peer, deadline);
                    all[peer] = receives[peer].message().toArray(ValueLayout.JAVA_BYTE);
                }
            }
            await(mpj, sent, waiter, -1, deadline);
        }
        return all;
    }

    private static void await(MpjTransport mpj, Request request, Waiter waiter, int peer, Duration deadline) {
        waiter.reset();
        while (!request.isDone()) {
            waiter.idle(mpj.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException("rank %d waited %d ms for %s: is it still running?"
                        .formatted(
                                mpj.rank(),
                                deadline.toMillis(),
                                peer < 0 ? "the others to take its address" : "the address of " + mpj.describe(peer)));
            }
        }
    }
}
