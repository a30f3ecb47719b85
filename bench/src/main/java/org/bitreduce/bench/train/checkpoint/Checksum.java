// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** CRC32C of memory of any length. Without state. */
public final class Checksum {

    /** A buffer has an int's length; a multiple of the page, so that no part is small. */
    private static final long CHUNK_BYTES = 1 << 30;

    private Checksum() {}

    /**
     * {@return the checksum of the parts, one after the other}
     *
     * @param parts native memory or on a heap of bytes; only read
     */
    public static int of(MemorySegment... parts) {
        CRC32C crc = new CRC32C();
        for (MemorySegment part : parts) {
            for (long at = 0; at < part.byteSize(); at += CHUNK_BYTES) {
                crc.update(part.asSlice(at, Math.min(CHUNK_BYTES, part.byteSize() - at))
                        .asByteBuffer());
            }
        }
        return (int) crc.getValue();
    }
}
