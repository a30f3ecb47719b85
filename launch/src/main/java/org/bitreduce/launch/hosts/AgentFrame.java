// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * What the launcher and its agent on another host tell each other, over the agent's standard input and output, which
 * the remote shell carries.
 *
 * <pre>
 * byte   type
 * int    id       of a process or a line, chosen by who opens it; 0 where there is none; big-endian
 * int    length   of the payload in bytes, 0 to MAX_PAYLOAD
 * byte[] payload
 * </pre>
 *
 * <p>An object of this class is one such frame.
 */
final class AgentFrame {

    /** What the agent says first, on a line of its own; what login scripts print before it is passed over. */
    static final String GREETING = "bitreduce-agent-1";

    /** To the agent: UTF path below the job's folder, then the file's bytes. */
    static final byte FILE = 1;

    /** To the agent: UTF working folder, int number and UTF words, int number and UTF names and values. */
    static final byte START = 2;

    /** To the agent: a byte, 0 for SIGTERM and 1 for SIGKILL, to the process and all that descend from it. */
    static final byte END = 3;

    /** Both ways, every few seconds: the sender is there. */
    static final byte BEAT = 4;

    /** From the agent: UTF path of the job's folder on its host. */
    static final byte READY = 5;

    /** From the agent: a process has connected to its supervisor's socket. */
    static final byte LINE_OPENED = 6;

    /** From the agent: bytes of that line. */
    static final byte LINE_BYTES = 7;

    /** From the agent: that line has ended. */
    static final byte LINE_CLOSED = 8;

    /** From the agent: bytes of a process's standard output. */
    static final byte OUT = 9;

    /** From the agent: bytes of a process's standard error. */
    static final byte ERR = 10;

    /** From the agent: int exit status of a process; the last that is heard of it. */
    static final byte EXITED = 11;

    /** Longest payload in bytes. */
    static final int MAX_PAYLOAD = 1 << 20;

    /** How often a beat is sent. */
    static final long BEAT_MILLIS = 5_000;

    /** After so long a silence the other side is taken for dead. */
    static final long SILENCE_MILLIS = 60_000;

    private final byte type;
    private final int id;
    private final byte[] payload;

    private AgentFrame(byte type, int id, byte[] payload) {
        this.type = type;
        this.id = id;
        this.payload = payload;
    }

    byte type() {
        return type;
    }

    int id() {
        return id;
    }

    /** {@return the payload, not copied} */
    byte[] payload() {
        return payload;
    }

    /** {@return the payload as a stream} */
    DataInputStream content() {
        return new DataInputStream(new ByteArrayInputStream(payload));
    }

    static AgentFrame read(DataInputStream in) throws IOException {
        byte type = in.readByte();
        int id = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("frame length out of range: length=" + length + ", valid=0.." + MAX_PAYLOAD);
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new AgentFrame(type, id, payload);
    }

    /** Writes one frame, whole, whichever threads write others. */
    static void write(OutputStream out, byte type, int id, byte[] payload) throws IOException {
        if (payload.length > MAX_PAYLOAD) {
            throw new IOException("frame too long: length=" + payload.length + ", most=" + MAX_PAYLOAD);
        }
        byte[] whole = payload(data -> {
            data.writeByte(type);
            data.writeInt(id);
            data.writeInt(payload.length);
            data.write(payload);
        });
        synchronized (out) {
            out.write(whole);
            out.flush();
        }
    }

    /** Fills a payload. */
    interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] payload(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a string of more than 65535 bytes, or the like", e);
        }
        return bytes.toByteArray();
    }
}
