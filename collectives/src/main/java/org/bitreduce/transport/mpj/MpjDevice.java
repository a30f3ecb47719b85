// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Locale;
import mpjbuf.Buffer;
import mpjbuf.NIOBuffer;
import mpjbuf.RawBuffer;
import mpjbuf.Type;
import mpjdev.MPJDev;
import mpjdev.Request;
import mpjdev.Status;
import org.bitreduce.TransportException;
import xdev.Device;
import xdev.ProcessID;

/**
 * The zero-copy path of MPJ Express: sends from and receives into native memory. MPJ wants a section header of 8 bytes
 * before the data, and when sending some bytes more before that, in the same memory.
 *
 * <p>May be used by several threads, in devices other than niodev only by threads of the rank's own thread group.
 */
final class MpjDevice {

    /** Bytes before the data that MPJ sends and receives with it. */
    static final int SECTION_HEADER = 8;

    /** The default of mpjrun's -psl, in bytes. */
    static final int DEFAULT_SWITCH_LIMIT = 131_072;

    /** hybdev writes this many bytes into a landing when it posts the receive. */
    static final int MIN_LANDING = 32;

    private final Device device;
    private final ProcessID[] ranks;
    private final int rank;
    private final int communicator;

    private MpjDevice(Device device, mpjdev.Group group, int communicator) {
        this.device = device;
        this.ranks = group.ids.clone();
        this.rank = group.rank();
        this.communicator = communicator;
    }

    /**
     * Agrees with the other ranks on a new communicator number. Waits for all of them.
     *
     * @param parent a communicator of all ranks of the transport
     * @return the device, with messages of its own
     */
    static MpjDevice open(mpjdev.Comm parent) {
        Device device = MPJDev.dev;
        if (device == null) {
            throw new TransportException(
                    "MPJ Express has no Java device: start the job with mpjrun -dev multicore, niodev"
                            + " or hybdev (the native device is not supported)");
        }
        return new MpjDevice(device, parent.group, parent.create(parent.group).sendctxt);
    }

    int rank() {
        return rank;
    }

    int size() {
        return ranks.length;
    }

    /** {@return niodev, smpdev or hybdev} */
    String name() {
        String type = device.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return type.replace("ice", "");
    }

    /** {@return a name that only this device has in its JVM, the same on all its ranks} */
    String meeting() {
        // MPJ never gives a rank the number of a communicator again.
        return ranks[0].uuid() + "." + communicator;
    }

    /** {@return bytes before the section header that MPJ overwrites when it sends} */
    int sendOverhead() {
        return device.getSendOverhead();
    }

    /**
     * Posts a send.
     *
     * @param memory send overhead, section header and data; the first two are overwritten
     * @param bytes length of the data
     * @return done when the memory may be used again
     */
    Request isend(MemorySegment memory, int bytes, int destination, long wireTag) {
        int overhead = sendOverhead();
        ByteBuffer view = memory.asByteBuffer();
        view.put(overhead, (byte) Type.BYTE.getCode());
        view.putInt(overhead + Integer.BYTES, bytes);
        Buffer buffer = buffer(view, overhead);
        buffer.setSize(SECTION_HEADER + bytes);
        try {
            return device.isend(
                    buffer, ranks[destination], WireTag.tag(wireTag), WireTag.context(communicator, wireTag));
        } catch (RuntimeException e) {
            throw failed("send to", destination, bytes, e);
        }
    }

    /**
     * Posts a receive.
     *
     * @param memory section header and data, at least {@link #MIN_LANDING} bytes; a longer message kills MPJ's selector
     *     thread
     */
    Landing irecv(MemorySegment memory, int source, long wireTag) {
        Buffer buffer = buffer(memory.asByteBuffer(), 0);
        ProcessID from = ranks[source];
        int tag = WireTag.tag(wireTag);
        Status status = new Status(from.uuid(), tag, -1);
        try {
            return new Landing(buffer, device.irecv(buffer, from, tag, WireTag.context(communicator, wireTag), status));
        } catch (RuntimeException e) {
            throw failed("receive from", source, memory.byteSize(), e);
        }
    }

    /** {@return whether a posted send or receive is complete, and its memory the caller's again} */
    static boolean isDone(Request request) {
        if (request.itest() == null) {
            return false;
        }
        // smpdev's itest takes no lock that the copying thread holds, so it does not order the copy before what
        // follows;
        // its iwait does, and as the request is done, it does not wait.
        request.iwait();
        return true;
    }

    /** MPJ says no more than which limit of which array is exceeded. */
    private TransportException failed(String what, int peer, long bytes, RuntimeException cause) {
        String why = cause instanceof IllegalArgumentException
                ? "the message is longer than its landing; all ranks must make the same calls"
                : "the connection has ended, or MPJ was never initialised or is finalised";
        return new TransportException(
                "rank " + rank + " cannot " + what + " rank " + peer + " with a buffer of bytes=" + bytes + ": " + why
                        + " (MPJ says: " + cause + ")",
                cause);
    }

    private static Buffer buffer(ByteBuffer memory, int offset) {
        RawBuffer raw = new NIOBuffer(memory.capacity(), memory);
        return new Buffer(raw, offset, memory.capacity());
    }

    /** {@return the longest data, with its section header, that MPJ sends at once, without asking the receiver first} */
    int switchLimit() {
        Integer limit = (Integer) networkField("psl");
        return limit == null ? DEFAULT_SWITCH_LIMIT : limit;
    }

    /**
     * {@return the thread that reads from all peers, or null if unknown} MPJ ends it without a word when a peer's
     * connection ends, and nothing is received from then on.
     */
    Thread selectorThread() {
        return (Thread) networkField("selectorThreadStarter");
    }

    /** {@return the address by which this host reaches the others, and they it} The loopback if there are no others. */
    InetAddress localAddress() {
        if (networkField("writableChannels") instanceof Collection<?> channels) {
            for (Object channel : channels) {
                if (channel instanceof SocketChannel connection
                        && connection.socket().isConnected()) {
                    return connection.socket().getLocalAddress();
                }
            }
        }
        return InetAddress.getLoopbackAddress();
    }

    /** MPJ tells none of these, and all are kept by niodev, on which hybdev stands as well. */
    private Object networkField(String name) {
        try {
            Object network = device;
            if (device.getClass().getSimpleName().equals("HYBDevice")) {
                network = device.getClass().getField("nioHybDev").get(null);
            }
            if (network == null || !network.getClass().getSimpleName().equals("NIODevice")) {
                return null;
            }
            Field field = network.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(network);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** A posted receive. */
    static final class Landing {

        private final Buffer buffer;
        private final Request request;

        private Landing(Buffer buffer, Request request) {
            this.buffer = buffer;
            this.request = request;
        }

        /** {@return the data's length in bytes, or -1 as long as it has not arrived} */
        int arrived() {
            return isDone(request) ? buffer.getSize() - SECTION_HEADER : -1;
        }
    }
}
