// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bitreduce.TransportException;

/**
 * What ranks tell each other about themselves: who they are, that they leave, that they give up. A receive is posted for
 * every peer at all times.
 */
final class Control {

    private static final int LONGEST = 512;
    private static final int LONGEST_CAUSE = 300;
    private static final byte HELLO = 1;
    private static final byte LEAVE = 2;
    private static final byte ABORT = 3;

    private final MpjDevice device;
    private final SendLane[] lanes;
    private final MpjBuffer[] landings;
    private final MpjDevice.Landing[] posted;
    private final Peer[] peers;
    private final boolean[] left;
    private final String[] causes;
    private boolean aborts;

    Control(MpjDevice device, SendLane[] lanes, BufferPool pool, Peer self) {
        this.device = device;
        this.lanes = lanes;
        int size = device.size();
        this.landings = new MpjBuffer[size];
        this.posted = new MpjDevice.Landing[size];
        this.peers = new Peer[size];
        this.left = new boolean[size];
        this.causes = new String[size];
        peers[device.rank()] = self;
        for (int rank = 0; rank < size; rank++) {
            if (rank != device.rank()) {
                landings[rank] = pool.allocate(LONGEST);
                post(rank);
            }
        }
        broadcast(HELLO, self.toBytes(), pool);
    }

    private void post(int source) {
        posted[source] = device.irecv(landings[source].landingView(0), source, WireTag.control());
    }

    private void broadcast(byte kind, byte[] content, BufferPool pool) {
        MpjBuffer message = pool.allocate(LONGEST);
        byte[] bytes = new byte[1 + content.length];
        bytes[0] = kind;
        System.arraycopy(content, 0, bytes, 1, content.length);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, message.segment(), 0, bytes.length);
        for (SendLane lane : lanes) {
            if (lane != null) {
                lane.submit(new Outgoing(new MpjRequest(), message, bytes.length, 0, WireTag.control(), 0), false);
            }
        }
    }

    void broadcastLeave(BufferPool pool) {
        broadcast(LEAVE, new byte[0], pool);
    }

    void broadcastAbort(String cause, BufferPool pool) {
        byte[] text = cause.getBytes(StandardCharsets.UTF_8);
        broadcast(ABORT, Arrays.copyOf(text, Math.min(text.length, LONGEST_CAUSE)), pool);
    }

    /** {@return whether there was news} */
    boolean poll() {
        boolean news = false;
        for (int source = 0; source < posted.length; source++) {
            int bytes = posted[source] == null ? -1 : posted[source].arrived();
            if (bytes > 0) {
                take(source, bytes - MpjBuffer.HEADER);
                post(source);
                news = true;
            }
        }
        return news;
    }

    private void take(int source, int length) {
        byte[] bytes = new byte[Math.clamp(length, 1, LONGEST)];
        MemorySegment.copy(landings[source].segment(), 0, MemorySegment.ofArray(bytes), 0, bytes.length);
        byte[] content = Arrays.copyOfRange(bytes, 1, bytes.length);
        switch (bytes[0]) {
            case HELLO -> peers[source] = peer(source, content);
            case LEAVE -> left[source] = true;
            case ABORT -> {
                causes[source] = new String(content, StandardCharsets.UTF_8);
                aborts = true;
            }
            default ->
                throw new TransportException("rank " + device.rank() + " got a control message of kind=" + bytes[0]
                        + " from rank " + source + ": do all ranks run the same version?");
        }
    }

    private static Peer peer(int source, byte[] content) {
        try {
            return Peer.read(source, new DataInputStream(new ByteArrayInputStream(content)));
        } catch (IOException e) {
            throw new TransportException(
                    "rank " + source + " introduces itself in words that are not understood: do all ranks run the same"
                            + " version?",
                    e);
        }
    }

    /** {@return who a rank is, or null if it has not said yet} */
    Peer peer(int rank) {
        return peers[rank];
    }

    boolean hasLeft(int rank) {
        return left[rank];
    }

    /** {@return whether any rank gave up} */
    boolean hasAborts() {
        return aborts;
    }

    /** {@return why a rank gave up, or null} */
    String cause(int rank) {
        return causes[rank];
    }
}
