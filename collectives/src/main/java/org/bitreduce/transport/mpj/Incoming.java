// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import org.bitreduce.TransportException;

/** A posted receive: one fragment after the other lands where it belongs. */
final class Incoming {

    private final MpjDevice device;
    private final MpjRequest request;
    private final MpjBuffer landing;
    private final int source;
    private final long tag;
    private final byte[] saved = new byte[MpjDevice.SECTION_HEADER + MpjBuffer.HEADER];
    private MpjDevice.Landing posted;
    private int length = -1;
    private int stream;
    private int offset;

    Incoming(MpjDevice device, MpjRequest request, MpjBuffer landing, int source, long tag, long wireTag) {
        this.device = device;
        this.request = request;
        this.landing = landing;
        this.source = source;
        this.tag = tag;
        this.posted = device.irecv(landing.landingView(0), source, wireTag);
    }

    int source() {
        return source;
    }

    long tag() {
        return tag;
    }

    /** {@return whether the whole message has arrived; its request is done then} */
    boolean poll() {
        for (int bytes = posted.arrived(); bytes >= 0; bytes = posted.arrived()) {
            check(bytes - MpjBuffer.HEADER);
            if (offset > 0) {
                landing.restore(offset, saved);
            }
            offset += bytes - MpjBuffer.HEADER;
            if (offset == length) {
                request.completeReceive(landing.segment().asSlice(0, length).asReadOnly());
                return true;
            }
            landing.save(offset, saved);
            posted = device.irecv(landing.landingView(offset), source, WireTag.continuation(stream));
        }
        return false;
    }

    int length() {
        return length;
    }

    private void check(int bytes) {
        if (bytes <= 0) {
            throw malformed("a fragment of bytes=" + bytes);
        }
        if (landing.tag(offset) != tag) {
            throw malformed("it carries tag=" + landing.tag(offset)
                    + "; two messages are under way whose tags look the same to MPJ");
        }
        if (length < 0) {
            length = landing.length(0);
            stream = landing.streamOrOffset(0);
        } else if (landing.length(offset) != length || landing.streamOrOffset(offset) != offset) {
            throw malformed("a fragment for length=" + landing.length(offset) + " offset="
                    + landing.streamOrOffset(offset) + " came where length=" + length + " offset=" + offset
                    + " was due");
        }
        if (length > landing.segment().byteSize()) {
            throw malformed("it is longer than the buffer that waits for it: length=" + length + " buffer="
                    + landing.segment().byteSize());
        }
        if (bytes > length - offset) {
            throw malformed("bytes=" + bytes + " came at offset=" + offset + " of length=" + length);
        }
    }

    private TransportException malformed(String what) {
        return new TransportException("rank " + device.rank() + " cannot take a message of rank " + source
                + " with tag=" + tag + ": " + what + ". All ranks must make the same calls with the same version.");
    }
}
