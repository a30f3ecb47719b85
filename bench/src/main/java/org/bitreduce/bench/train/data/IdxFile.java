// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file in the IDX format of MNIST, of unsigned bytes: two zeros, type 8, the number of dimensions, their sizes as
 * big-endian 32-bit numbers, the bytes in row-major order.
 *
 * @param path where it came from
 * @param sizes of the dimensions
 * @param content of the whole file, header included
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxFile(Path path, int[] sizes, byte[] content) {

    private static final int UNSIGNED_BYTES = 8;

    /**
     * {@return a file with so many dimensions, packed or not}
     *
     * @throws IOException if it is damaged or something else; names file, offset and what was found
     */
    static IdxFile read(Path path, int dimensions) throws IOException {
        byte[] content = PackedFile.read(path, 1 << 30);
        int header = 4 + 4 * dimensions;
        PackedFile.require(
                content.length >= header, path, "ends at offset %d, within its header".formatted(content.length));
        ByteBuffer in = ByteBuffer.wrap(content);
        int magic = in.getInt();
        int expected = UNSIGNED_BYTES << 8 | dimensions;
        PackedFile.require(
                magic == expected,
                path,
                "begins with %08x at offset 0, an IDX file of bytes in %d dimensions with %08x"
                        .formatted(magic, dimensions, expected));
        int[] sizes = new int[dimensions];
        long bytes = 1;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.getInt();
            PackedFile.require(
                    sizes[i] > 0 && bytes * sizes[i] <= Integer.MAX_VALUE,
                    path,
                    "has a size of %d at offset %d".formatted(sizes[i], 4 + 4 * i));
            bytes *= sizes[i];
        }
        PackedFile.require(
                content.length == header + bytes,
                path,
                "ends at offset %d, for %s it must at %d"
                        .formatted(content.length, Arrays.toString(sizes), header + bytes));
        return new IdxFile(path, sizes, content);
    }

    /** {@return where the values begin} */
    int start() {
        return 4 + 4 * sizes.length;
    }
}
