// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.bitreduce.transport.shm.Host;

/**
 * What a rank tells the others of itself, so that they can reach and name it.
 *
 * @param rank the rank
 * @param host its host's name, for people
 * @param pid its process id
 * @param address where it listens
 */
record TcpCard(int rank, String host, long pid, InetSocketAddress address) {

    /** A card is never longer than this, in bytes. */
    static final int LONGEST = 512;

    private static final int LONGEST_NAME = 100;

    static TcpCard self(int rank, InetSocketAddress address) {
        String host = Host.NAME.length() > LONGEST_NAME ? Host.NAME.substring(0, LONGEST_NAME) : Host.NAME;
        return new TcpCard(rank, host, ProcessHandle.current().pid(), address);
    }

    String describe() {
        return "host " + host + ", pid " + pid;
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(rank);
            out.writeUTF(host);
            out.writeLong(pid);
            byte[] ip = address.getAddress().getAddress();
            out.writeByte(ip.length);
            out.write(ip);
            out.writeShort(address.getPort());
        } catch (IOException e) {
            throw new IllegalStateException("a card in memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** {@return the card in these bytes} What is wrong with them, if anything, is told by the exception. */
    static TcpCard read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int rank = in.readInt();
        String host = in.readUTF();
        long pid = in.readLong();
        byte[] ip = in.readNBytes(in.readUnsignedByte());
        return new TcpCard(
                rank, host, pid, new InetSocketAddress(InetAddress.getByAddress(ip), in.readUnsignedShort()));
    }
}
