// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

/** A message that comes, or has come, before its receive was posted. Used again and again. */
final class Arrival {

    long length;
    Block block;
    boolean complete;
    /** The receive that was posted while it came, or null. */
    TcpRequest request;

    void begin(Block memory, long bytes) {
        block = memory;
        length = bytes;
        complete = false;
        request = null;
    }
}
