// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** A rank's standard output or error: passes whole lines to the launcher, and parts of lines when flushed. */
final class RankOutput extends OutputStream {

    private static final int LIMIT_BYTES = 8192;

    private final SupervisorLink link;
    private final byte type;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    RankOutput(SupervisorLink link, byte type) {
        this.link = link;
        this.type = type;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        pending.write(bytes, offset, length);
        boolean line = false;
        for (int i = offset; i < offset + length && !line; i++) {
            line = bytes[i] == '\n';
        }
        if (line || pending.size() >= LIMIT_BYTES) {
            flush();
        }
    }

    @Override
    public synchronized void flush() {
        if (pending.size() > 0) {
            byte[] bytes = pending.toByteArray();
            pending.reset();
            link.sendOutput(type, bytes);
        }
    }
}
