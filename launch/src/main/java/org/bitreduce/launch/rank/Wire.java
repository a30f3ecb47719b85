// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What ranks tell the launcher, over one Unix-domain socket per rank. The launcher sends nothing; that the socket
 * stays open says that it lives.
 *
 * <pre>
 * byte   type     HELLO, OUT, ERR or DONE
 * int    length   of the payload in bytes, big-endian, 0 to MAX_PAYLOAD
 * byte[] payload  HELLO: UTF token, int rank, long pid, UTF host name
 *                 OUT, ERR: bytes that the rank printed
 *                 DONE: byte kind (ordinal of {@link End}), int exit code, UTF reason
 * </pre>
 *
 * <p>An object of this class is one such frame.
 */
public final class Wire {

    /** Who is calling; the first frame, and only the first. */
    public static final byte HELLO = 1;

    /** Standard output. */
    public static final byte OUT = 2;

    /** Standard error. */
    public static final byte ERR = 3;

    /** The rank's main is over. Output may still follow. */
    public static final byte DONE = 4;

    /** Longest payload in bytes; a longer one is refused before anything is allocated. */
    public static final int MAX_PAYLOAD = 1 << 16;

    /** Name of the socket in the job's directory. */
    public static final String SOCKET = "supervisor";

    /** Name of the file in the job's directory that holds the token. */
    public static final String TOKEN = "token";

    /** System property of a rank's JVM: folder of the socket and the token. */
    public static final String SUPERVISOR_PROPERTY = "bitreduce.supervisor";

    /** System property of a rank's JVM: name of the user's main class. */
    public static final String MAIN_PROPERTY = "bitreduce.main";

    private final byte type;
    private final byte[] payload;

    private Wire(byte type, byte[] payload) {
        this.type = type;
        this.payload = payload;
    }

    /** {@return the type, one of the constants if the sender is well} */
    public byte type() {
        return type;
    }

    /** {@return the payload, not copied} */
    public byte[] payload() {
        return payload;
    }

    /**
     * Lays out a frame.
     *
     * @param type one of the constants
     * @param payload at most {@link #MAX_PAYLOAD} bytes
     * @return the frame, ready to be written
     */
    static ByteBuffer encode(byte type, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .put(type)
                .putInt(payload.length)
                .put(payload)
                .flip();
    }

    /**
     * Reads a frame.
     *
     * @param in where frames come from
     * @return the frame, its type not checked
     * @throws IOException at the end of the stream, or if the length is out of range
     */
    public static Wire read(DataInputStream in) throws IOException {
        byte type = in.readByte();
        int length = in.readInt();
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("frame length out of range: length=" + length + ", valid=0.." + MAX_PAYLOAD);
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Wire(type, payload);
    }
}
