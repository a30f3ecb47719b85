// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * How two ends of a connection make sure that they belong to one job. Neither believes, allocates or tells anything before
 * the other has shown that it knows the secret, of which nothing goes over the wire:
 *
 * <pre>
 * caller    hello     magic (8), version (4), size (4), caller's rank (4), answerer's rank (4), job (16), nonce (16)
 * answerer  challenge nonce (16), HMAC(secret, "answer", hello, nonce) (32)
 * caller    proof     HMAC(secret, "call", hello, nonce) (32)
 * answerer  welcome   1 (1)
 * </pre>
 *
 * <p>Numbers are big-endian. Whoever is not satisfied ends the connection without a word.
 */
final class Handshake {

    /** The rank of a {@link MeetingPoint}. */
    static final int MEETING_POINT = -1;

    private static final long MAGIC = 0x4269745265647543L; // "BitReduC"
    private static final int VERSION = 1;
    private static final int ID_BYTES = 16;
    private static final int NONCE_BYTES = 16;
    private static final int HELLO_BYTES = Long.BYTES + 4 * Integer.BYTES + ID_BYTES + NONCE_BYTES;
    private static final byte WELCOME = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JobSecret secret;
    private final int size;
    private final int self;

    /**
     * Prepares for any number of connections.
     *
     * @param size number of ranks of the job
     * @param self this rank, or {@link #MEETING_POINT}
     */
    Handshake(JobSecret secret, int size, int self) {
        this.secret = secret;
        this.size = size;
        this.self = self;
    }

    /**
     * Does the caller's part.
     *
     * @param peer who should answer
     * @throws IOException if it does not, or is somebody else
     */
    void call(SocketChannel channel, int peer, Deadline deadline) throws IOException {
        Line line = new Line(channel, deadline);
        byte[] hello = hello(self, peer);
        line.write(hello);
        byte[] nonce = line.read(NONCE_BYTES);
        if (!MessageDigest.isEqual(line.read(JobSecret.MAC_BYTES), secret.sign("answer", hello, nonce))) {
            throw new IOException("who answers there does not know the job's secret");
        }
        line.write(secret.sign("call", hello, nonce));
        if (line.read(1)[0] != WELCOME) {
            throw new IOException("who answers there does not welcome this rank");
        }
    }

    /**
     * Does the answerer's part.
     *
     * @return the caller's rank
     * @throws IOException if it is a stranger; says why
     */
    int answer(SocketChannel channel, Deadline deadline) throws IOException {
        Line line = new Line(channel, deadline);
        byte[] hello = line.read(HELLO_BYTES);
        int caller = checkHello(hello);
        byte[] nonce = nonce();
        line.write(nonce);
        line.write(secret.sign("answer", hello, nonce));
        if (!MessageDigest.isEqual(line.read(JobSecret.MAC_BYTES), secret.sign("call", hello, nonce))) {
            throw new IOException("it does not know the job's secret");
        }
        line.write(new byte[] {WELCOME});
        return caller;
    }

    private byte[] hello(int caller, int answerer) {
        return ByteBuffer.allocate(HELLO_BYTES)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(size)
                .putInt(caller)
                .putInt(answerer)
                .put(secret.jobId())
                .put(nonce())
                .array();
    }

    private int checkHello(byte[] hello) throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(hello);
        if (fields.getLong() != MAGIC) {
            throw new IOException("it does not speak our language");
        }
        require("version", fields.getInt(), VERSION);
        require("number of ranks", fields.getInt(), size);
        int caller = fields.getInt();
        require("answering rank", fields.getInt(), self);
        byte[] job = new byte[ID_BYTES];
        fields.get(job);
        if (!Arrays.equals(job, secret.jobId())) {
            throw new IOException("it belongs to another job");
        }
        if (caller < 0 || caller >= size || caller == self) {
            throw new IOException("it says that it is rank " + caller + " of " + size);
        }
        return caller;
    }

    private static void require(String what, int value, int expected) throws IOException {
        if (value != expected) {
            throw new IOException("its %s is %d, not %d".formatted(what, value, expected));
        }
    }

    private static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }
}
