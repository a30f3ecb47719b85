// SPDX-License-Identifier: Apache-2.0
package mpjbuf;

import java.nio.ByteBuffer;

/** Signature only. */
public class NIOBuffer implements RawBuffer {

    public NIOBuffer(int capacity, ByteBuffer memory) {
        throw new UnsupportedOperationException("signature only");
    }
}
