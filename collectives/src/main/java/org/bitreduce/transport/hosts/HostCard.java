// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bitreduce.transport.shm.Host;

/**
 * What a rank tells the others so that they find out whether they share its host: the kernel and the network that it lives
 * in, and a file of its own with random content, which only those can read who share its memory's file system. Names
 * of hosts prove nothing: containers have the same, or different ones on the same machine.
 *
 * @param home kernel and network, for comparison only
 * @param directory where its host's shared memory would lie; empty if it can make none
 * @param secret what the file {@value #FILE} in it holds, in hexadecimal digits
 */
record HostCard(String home, String directory, String secret) {

    /** The name of the file. */
    static final String FILE = "host-proof";

    /** Bytes of every card. */
    static final int BYTES = 1024;

    private static final int LONGEST_PATH = 700;

    /** {@return this process's card} The file is there already. */
    static HostCard of(Path directory, String secret) {
        String path = directory.toString();
        return path.length() > LONGEST_PATH ? none() : new HostCard(ownHome(), path, secret);
    }

    /** {@return the card of a rank that shares its host with nobody} */
    static HostCard none() {
        return new HostCard(ownHome(), "", "");
    }

    /**
     * {@return the boot's identifier, or the host's name where there is none, and the network namespace} Ranks of one
     * kernel whose networks are apart count as ranks of several hosts, as those of containers are mostly meant to be.
     */
    private static String ownHome() {
        return kernel() + " " + network();
    }

    private static String kernel() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return Host.NAME;
        }
    }

    private static String network() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** {@return whether this process shares the host of the card's owner, which it proves by reading the owner's file} */
    boolean provesOwnHost() {
        if (directory.isEmpty() || !home.equals(ownHome())) {
            return false;
        }
        try {
            return Files.readString(Path.of(directory, FILE)).equals(secret);
        } catch (IOException e) {
            return false;
        }
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(home);
            out.writeUTF(directory);
            out.writeUTF(secret);
        } catch (IOException e) {
            throw new UncheckedIOException("a card in memory cannot fail", e);
        }
        return Arrays.copyOf(bytes.toByteArray(), BYTES);
    }

    static HostCard read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new HostCard(in.readUTF(), in.readUTF(), in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException("a rank's card is cut off; do all ranks run the same version?", e);
        }
    }
}
