// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bitreduce.RankFailedException;

/**
 * Notices peers that are gone. MPJ does not tell: when a connection ends it ends all others and the thread that reads
 * from them, without a word. So this looks at that thread, and, for peers on this host, at their processes.
 */
final class PeerWatch {

    private static final long INTERVAL_NANOS = 50_000_000;
    /** How long the process whose connection ended may take to be seen dead, before it is sought on other hosts. */
    private static final long GRACE_NANOS = 400_000_000;

    private final Control control;
    private final SendLane[] lanes;
    private final Peer self;
    private final Thread selector;
    private long checked;
    private long disconnected;

    PeerWatch(MpjDevice device, Control control, SendLane[] lanes) {
        this.control = control;
        this.lanes = lanes;
        this.self = control.peer(device.rank());
        this.selector = device.selectorThread();
        this.checked = System.nanoTime();
    }

    /**
     * Looks, at most every 50 ms.
     *
     * @param waiting whether this rank still waits for a message of anyone
     * @throws RankFailedException if a peer has given up or is gone
     */
    void check(boolean waiting) {
        long now = System.nanoTime();
        if (now - checked < INTERVAL_NANOS) {
            return;
        }
        checked = now;
        checkProcesses();
        if (disconnected == 0 && isDisconnected()) {
            disconnected = now;
        }
        if (disconnected != 0 && now - disconnected > GRACE_NANOS) {
            reportDisconnection(waiting);
        }
    }

    /**
     * Looks whether a peer has said that it gives up. Costs next to nothing.
     *
     * @throws RankFailedException if one did
     */
    void checkAborts() {
        if (!control.hasAborts()) {
            return;
        }
        for (int rank = 0; rank < lanes.length; rank++) {
            if (control.cause(rank) != null) {
                throw new RankFailedException(
                        "rank " + self.rank() + ": " + control.peer(rank) + " gave up: " + control.cause(rank));
            }
        }
    }

    private void checkProcesses() {
        List<Peer> dead = new ArrayList<>();
        for (int rank = 0; rank < lanes.length; rank++) {
            Peer peer = control.peer(rank);
            if (peer != null
                    && !control.hasLeft(rank)
                    && self.sharesMachine(peer)
                    && !self.sharesJvm(peer)
                    && !Processes.isAlive(peer.pid(), peer.started())) {
                dead.add(peer);
            }
        }
        if (!dead.isEmpty()) {
            throw new RankFailedException("rank " + self.rank() + ": " + names(dead)
                    + " died; see what it wrote last, and the kernel's log for an out-of-memory kill");
        }
    }

    private static String names(List<Peer> peers) {
        return peers.stream().map(Peer::toString).collect(Collectors.joining(", "));
    }

    private boolean isDisconnected() {
        if (selector != null && !selector.isAlive()) {
            return true;
        }
        for (SendLane lane : lanes) {
            if (lane != null && lane.failure() != null) {
                return true;
            }
        }
        return false;
    }

    private void reportDisconnection(boolean waiting) {
        List<Peer> suspects = new ArrayList<>();
        List<Peer> gone = new ArrayList<>();
        for (int rank = 0; rank < lanes.length; rank++) {
            if (lanes[rank] != null) {
                Peer peer = control.peer(rank);
                (control.hasLeft(rank) ? gone : suspects).add(peer);
            }
        }
        if (!waiting && suspects.isEmpty()) {
            return;
        }
        if (!gone.isEmpty()) {
            throw new RankFailedException("rank " + self.rank() + ": MPJ has closed all connections, because one of "
                    + names(gone) + " has left and ended its JVM; end MPJ on all ranks together, with MPI.Finalize()");
        }
        suspects.removeIf(self::sharesMachine);
        throw new RankFailedException("rank " + self.rank() + ": the connection to "
                + (suspects.isEmpty()
                        ? "a peer has ended, though all their processes run: a message longer than its landing does"
                                + " that"
                        : "one of " + names(suspects) + " has ended: its process or its host has died, or the network"
                                + " between"));
    }
}
