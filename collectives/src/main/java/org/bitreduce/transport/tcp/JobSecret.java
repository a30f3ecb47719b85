// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the ranks of one job know and nobody else; by it they recognise each other. Immutable. */
public final class JobSecret {

    /** Its length in bytes. */
    public static final int BYTES = 32;

    static final int MAC_BYTES = 32;
    private static final String MAC = "HmacSHA256";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final SecretKeySpec key;

    private JobSecret(byte[] bytes) {
        key = new SecretKeySpec(bytes, MAC);
    }

    /** {@return a new one} */
    public static JobSecret random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new JobSecret(bytes);
    }

    /**
     * {@return the one that another rank has made}
     *
     * @param bytes what {@link #toBytes} has given, {@value #BYTES} of them
     */
    static JobSecret of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a secret has " + BYTES + " bytes: bytes=" + bytes.length);
        }
        return new JobSecret(bytes);
    }

    /**
     * Reads what {@link #toHex} has given.
     *
     * @param text hexadecimal digits, two per byte
     * @return the secret
     * @throws IllegalArgumentException if it is anything else; does not repeat it
     */
    public static JobSecret parse(String text) {
        if (!text.matches("[0-9a-fA-F]{" + 2 * BYTES + "}")) {
            throw new IllegalArgumentException(
                    "a job's secret has " + 2 * BYTES + " hexadecimal digits: characters=" + text.length());
        }
        return new JobSecret(HexFormat.of().parseHex(text));
    }

    /** {@return the secret as text; whoever reads it can join the job} */
    public String toHex() {
        return HexFormat.of().formatHex(toBytes());
    }

    byte[] toBytes() {
        return key.getEncoded();
    }

    /**
     * Writes it to a new file, which only its owner can read.
     *
     * @param file that does not exist yet
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            channel.write(ByteBuffer.wrap(toBytes()));
        }
    }

    /**
     * Reads it from a file.
     *
     * @param file that {@link #write} has made
     * @return the secret
     * @throws IOException if it cannot be read, others than its owner may read it, or it has another length
     */
    public static JobSecret read(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(mode)) {
            throw new IOException("others than its owner can read the job's secret: file=" + file + ", mode="
                    + PosixFilePermissions.toString(mode) + "; chmod 600 it");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != BYTES) {
            throw new IOException("a job's secret has " + BYTES + " bytes: file=" + file + ", bytes=" + bytes.length);
        }
        return new JobSecret(bytes);
    }

    /** {@return the authentication code of the parts, one after the other} Each part is of a fixed length. */
    byte[] sign(String purpose, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + MAC, e);
        }
    }

    /** {@return a name for the job, which does not tell the secret} */
    byte[] jobId() {
        return Arrays.copyOf(sign("job"), 16);
    }

    @Override
    public String toString() {
        return "JobSecret";
    }
}
