// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.Placement;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.shm.SharedMemoryTransport;
import org.bitreduce.transport.tcp.TcpEnds;
import org.bitreduce.transport.tcp.TcpTransport;

/** The ends of a group whose ranks are threads that count as ranks of several hosts. */
public final class HostsEnds implements AutoCloseable {

    private final List<LocalGroup> groups = new ArrayList<>();
    private final List<Transport> ends = new ArrayList<>();

    /** Makes a group. */
    public HostsEnds(Placement placement) {
        TcpEnds tcp = TcpEnds.of(placement.ranks());
        for (int host = 0; host < placement.hosts(); host++) {
            groups.add(LocalGroup.of(placement.ranksOf(host).length));
        }
        int[] numbers = new int[placement.hosts()];
        for (int rank = 0; rank < placement.ranks(); rank++) {
            int host = placement.hostOf(rank);
            LocalGroup group = groups.get(host);
            SharedMemoryTransport near =
                    group.size() == 1 ? null : SharedMemoryGroup.threads(group, numbers[host]++, TcpEnds.DEADLINE);
            ends.add(new HostsTransport((TcpTransport) tcp.end(rank), near, placement));
        }
    }

    /** {@return a rank's end} */
    public Transport end(int rank) {
        return ends.get(rank);
    }

    @Override
    public void close() {
        ends.forEach(Transport::close);
        groups.forEach(LocalGroup::close);
    }
}
