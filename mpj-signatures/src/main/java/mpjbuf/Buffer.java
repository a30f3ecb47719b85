// SPDX-License-Identifier: Apache-2.0
package mpjbuf;

/** Signature only. */
public class Buffer {

    public Buffer(RawBuffer memory, int offset, int capacity) {
        throw new UnsupportedOperationException("signature only");
    }

    public int getSize() {
        throw new UnsupportedOperationException("signature only");
    }

    public void setSize(int bytes) {
        throw new UnsupportedOperationException("signature only");
    }
}
