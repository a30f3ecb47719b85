// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;

/**
 * What ranks tell each other about themselves when they meet.
 *
 * @param rank the rank
 * @param host the host's name, for people
 * @param machine names the space of process ids that pid lives in; empty if unknown
 * @param pid process id
 * @param started when the process started, in ticks of its machine, so that a later process of the same id is not
 *     mistaken for it; 0 if unknown
 * @param switchLimit MPJ's protocol switch limit in bytes
 */
record Peer(int rank, String host, String machine, long pid, long started, int switchLimit) {

    static Peer self(int rank, int switchLimit) {
        long pid = ProcessHandle.current().pid();
        return new Peer(rank, hostName(), Processes.machine(), pid, Processes.started(pid), switchLimit);
    }

    /** {@return whether both are threads of one JVM} */
    boolean sharesJvm(Peer other) {
        return sharesMachine(other) && pid == other.pid;
    }

    /** {@return whether a process id means the same to both} */
    boolean sharesMachine(Peer other) {
        return !machine.isEmpty() && machine.equals(other.machine);
    }

    @Override
    public String toString() {
        return "rank " + rank + " (host " + host + ", pid " + pid + ")";
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(host);
        out.writeUTF(machine);
        out.writeLong(pid);
        out.writeLong(started);
        out.writeInt(switchLimit);
    }

    static Peer read(int rank, DataInputStream in) throws IOException {
        return new Peer(rank, in.readUTF(), in.readUTF(), in.readLong(), in.readLong(), in.readInt());
    }

    byte[] toBytes() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() > 100 ? name.substring(0, 100) : name;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
