// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of vectors. */
final class Digest {

    private static final long CHUNK = 1 << 24;

    private Digest() {}

    /** {@return the digest of a segment's bytes, 32 bytes} */
    static byte[] sha256(MemorySegment vector) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < vector.byteSize(); at += CHUNK) {
                digest.update(vector.asSlice(at, Math.min(CHUNK, vector.byteSize() - at))
                        .asByteBuffer());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /** {@return 32 bytes as four numbers} */
    static long[] words(byte[] digest) {
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new long[] {bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()};
    }

    /** {@return bytes as lower-case hexadecimal digits} */
    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
