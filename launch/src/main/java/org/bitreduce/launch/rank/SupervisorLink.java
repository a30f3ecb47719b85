// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A rank's line to the launcher. When the launcher is gone, the rank's JVM halts.
 *
 * <p>A thread of its own does the writing, because an interrupted thread that touches a channel closes it, and a rank
 * must not die of printing while interrupted. Callers wait until their frame is written, so that nothing that was
 * printed is lost when the JVM is killed right after. Thread-safe.
 */
final class SupervisorLink {

    private final SocketChannel channel;
    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private long queued;
    private long written;
    private boolean broken;

    private SupervisorLink(SocketChannel channel, Path directory) {
        this.channel = channel;
        this.directory = directory;
    }

    /**
     * Connects and introduces the rank.
     *
     * @param directory of the socket and the token
     * @param rank this rank
     * @return the open line
     */
    static SupervisorLink connect(Path directory, int rank) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(directory.resolve(Wire.SOCKET)));
            SupervisorLink link = new SupervisorLink(channel, directory);
            startDaemon(link::writeQueued, "bitreduce-link-writer-" + rank);
            startDaemon(link::haltWhenLauncherIsGone, "bitreduce-link-watch-" + rank);
            String token = Files.readString(directory.resolve(Wire.TOKEN));
            link.send(Wire.HELLO, payload(out -> {
                out.writeUTF(token);
                out.writeInt(rank);
                out.writeLong(ProcessHandle.current().pid());
                out.writeUTF(hostName());
            }));
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "rank " + rank + " cannot reach its launcher: supervisor=" + directory
                            + "; start ranks by ./bitreduce run, not by hand",
                    e);
        }
    }

    /**
     * Sends bytes that the rank printed, and returns when they are written.
     *
     * @param type {@link Wire#OUT} or {@link Wire#ERR}
     * @param bytes copied
     */
    void sendOutput(byte type, byte[] bytes) {
        for (int from = 0; from < bytes.length; from += Wire.MAX_PAYLOAD) {
            int to = Math.min(bytes.length, from + Wire.MAX_PAYLOAD);
            send(type, java.util.Arrays.copyOfRange(bytes, from, to));
        }
    }

    /**
     * Reports the end of this rank's main.
     *
     * @param end how it ended
     * @param code the exit code it stands for
     * @param reason one line, cut to a sensible length
     */
    void sendDone(End end, int code, String reason) {
        String text = reason.length() > 4000 ? reason.substring(0, 4000) : reason;
        send(Wire.DONE, payload(out -> {
            out.writeByte(end.ordinal());
            out.writeInt(code);
            out.writeUTF(text);
        }));
    }

    private void send(byte type, byte[] payload) {
        lock.lock();
        try {
            queue.add(Wire.encode(type, payload));
            long mine = ++queued;
            changed.signalAll();
            while (written < mine && !broken) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeQueued() {
        try {
            while (true) {
                ByteBuffer frame = next();
                while (frame.hasRemaining()) {
                    channel.write(frame);
                }
                count();
            }
        } catch (IOException e) {
            lock.lock();
            try {
                broken = true; // the watching thread halts the JVM
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private ByteBuffer next() {
        lock.lock();
        try {
            while (queue.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            return queue.remove();
        } finally {
            lock.unlock();
        }
    }

    private void count() {
        lock.lock();
        try {
            written++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void haltWhenLauncherIsGone() {
        try {
            ByteBuffer nothing = ByteBuffer.allocate(1);
            while (channel.read(nothing) >= 0) {
                nothing.clear();
            }
        } catch (IOException e) {
            // a broken line means the same as a closed one
        }
        Directories.delete(directory);
        Runtime.getRuntime().halt(ORPHAN);
    }

    /** As if the terminal had hung up; nobody is left to see it. */
    private static final int ORPHAN = 129;

    private static void startDaemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(); // no name service involved
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "localhost" : name;
        }
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] payload(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a frame in memory cannot fail", e);
        }
        return bytes.toByteArray();
    }
}
