// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** What a vector consists of. All types are little-endian in memory and on the wire. */
public enum ElementType {
    /** IEEE 754 binary32; the type that quantizing collectives carry. */
    FLOAT(Float.BYTES),
    /** IEEE 754 binary64. */
    DOUBLE(Double.BYTES),
    /** Two's complement, 32 bits; sums wrap around. */
    INT(Integer.BYTES),
    /** Two's complement, 64 bits; sums wrap around. */
    LONG(Long.BYTES);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return the size of one element in bytes} */
    public int bytes() {
        return bytes;
    }
}
