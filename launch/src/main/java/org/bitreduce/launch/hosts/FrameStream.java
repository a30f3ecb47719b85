// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Bytes that come in frames, read as a stream: one thread adds, another reads. Who adds waits for a slow reader. */
final class FrameStream extends InputStream {

    private static final int FRAMES = 64;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> frames = new ArrayBlockingQueue<>(FRAMES);
    private volatile boolean closed;
    private byte[] current = END;
    private int position;
    private boolean ended;

    /**
     * Adds bytes.
     *
     * @param bytes not copied; none are ignored
     */
    void add(byte[] bytes) {
        if (bytes.length > 0) {
            put(bytes);
        }
    }

    /** Ends the stream; nothing is added after. */
    void finish() {
        put(END);
    }

    private void put(byte[] bytes) {
        boolean interrupted = false;
        while (!closed) {
            try {
                if (frames.offer(bytes, 100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true; // order is kept all the same
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (position == current.length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, bytes, offset, count);
        position += count;
        return count;
    }

    private boolean next() throws IOException {
        if (!ended) {
            try {
                current = frames.take();
                position = 0;
                ended = current.length == 0;
            } catch (InterruptedException e) {
                throw (IOException) new InterruptedIOException("interrupted while reading").initCause(e);
            }
        }
        return !ended;
    }

    @Override
    public void close() {
        closed = true; // nobody reads any more, so nobody need wait
    }
}
