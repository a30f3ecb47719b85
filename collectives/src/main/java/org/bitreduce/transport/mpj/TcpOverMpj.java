// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.net.InetAddress;
import java.time.Duration;
import org.bitreduce.transport.SmallGather;
import org.bitreduce.transport.tcp.TcpGroup;
import org.bitreduce.transport.tcp.TcpTransport;

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
    static TcpTransport join(MpjTransport mpj, InetAddress address, Duration deadline) {
        try (mpj) {
            return TcpGroup.gathered(
                    address, mpj.rank(), mpj.size(), deadline, own -> SmallGather.gather(mpj, own, TAG, deadline));
        }
    }
}
