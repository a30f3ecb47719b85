// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends to one destination, in order. MPJ's send of a message below its protocol switch limit returns when the operating
 * system has taken it, which may take as long as the peer does not read. So the caller sends only as much as surely
 * fits into the connection's buffers, counted anew when the peer is heard of; a thread of the lane's sends the rest.
 *
 * <p>Messages are cut into fragments below the limit. That keeps MPJ from its rendezvous protocol, in which the thread
 * that reads from all peers waits until it may write to one of them: with large messages both ways between two ranks, or
 * around a circle of three, all of them wait for ever.
 */
final class SendLane implements Runnable {

    /** What a connection takes without waiting even if the peer does not read, with the buffers that MPJ asks for. */
    private static final int SURELY_TAKEN = 128 * 1024;

    private static final int LONGEST_FIRST = 64 * 1024 * 1024 - 4096;
    private static final int LONGEST_LATER = 1024 * 1024 - 4096;
    private static final int HEADERS = MpjDevice.SECTION_HEADER + MpjBuffer.HEADER;

    private final MpjDevice device;
    private final int destination;
    private final int firstFragment;
    private final int laterFragment;
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    private int allowance = SURELY_TAKEN;
    private MpjBuffer staging;
    private Thread thread;
    private boolean writing;
    private boolean closed;
    private volatile Exception failure;

    SendLane(MpjDevice device, int destination, int switchLimit) {
        this.device = device;
        this.destination = destination;
        this.firstFragment = Math.min(switchLimit - HEADERS, LONGEST_FIRST);
        this.laterFragment = Math.min(switchLimit - HEADERS, LONGEST_LATER);
    }

    /** Sends, at once where that is short work and {@code mayWrite}, else soon. */
    void submit(Outgoing message, boolean mayWrite) {
        int length = message.length();
        if (!mayWrite || length > Math.min(allowance, firstFragment) || !claim(message)) {
            enqueue(message);
            return;
        }
        allowance -= length;
        try {
            transmit(message);
        } finally {
            message.buffer().sending.unlock();
            free();
        }
    }

    /** The peer reads: something of it has arrived. By the caller's thread. */
    void heard() {
        allowance = SURELY_TAKEN;
    }

    /** Takes the lane and the message's memory for this thread, if both are free. */
    private synchronized boolean claim(Outgoing message) {
        if (writing || !queue.isEmpty() || !message.buffer().sending.tryLock()) {
            return false;
        }
        writing = true;
        return true;
    }

    private synchronized void free() {
        writing = false;
        notifyAll();
    }

    private synchronized void enqueue(Outgoing message) {
        queue.add(message);
        if (thread == null) {
            // In the thread group of the rank, as hybdev demands.
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("bitreduce-mpj-send-" + destination)
                    .unstarted(this);
            thread.start();
        }
        notifyAll();
    }

    @Override
    public void run() {
        for (Outgoing next = take(); next != null; next = take()) {
            next.buffer().sending.lock();
            try {
                transmit(next);
            } finally {
                next.buffer().sending.unlock();
                free();
            }
        }
    }

    private synchronized Outgoing take() {
        try {
            while (writing || queue.isEmpty()) {
                if (closed) {
                    return null;
                }
                wait();
            }
            writing = true;
            return queue.poll();
        } catch (InterruptedException e) {
            return null;
        }
    }

    private void transmit(Outgoing message) {
        if (failure != null) {
            return;
        }
        try {
            int first = Math.min(message.length(), firstFragment);
            message.buffer().writeHeader(message.tag(), message.length(), message.stream());
            write(message.buffer(), first, message.wireTag());
            for (int at = first; at < message.length(); at += laterFragment) {
                transmitLater(message, at, Math.min(laterFragment, message.length() - at));
            }
            message.request().sent();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** The headers need room before the payload, where the payload of the fragment before lies; hence the copy. */
    private void transmitLater(Outgoing message, int at, int bytes) {
        if (staging == null) {
            staging = new BufferPool().allocate(laterFragment);
        }
        MemorySegment.copy(message.buffer().segment(), at, staging.segment(), 0, bytes);
        staging.writeHeader(message.tag(), message.length(), at);
        write(staging, bytes, WireTag.continuation(message.stream()));
    }

    private void write(MpjBuffer from, int bytes, long wireTag) {
        MemorySegment view = from.sendView(device.sendOverhead(), bytes);
        mpjdev.Request sent = device.isend(view, MpjBuffer.HEADER + bytes, destination, wireTag);
        while (!MpjDevice.isDone(sent)) {
            LockSupport.parkNanos(50_000);
        }
    }

    /** {@return whether all messages have left} */
    synchronized boolean isIdle() {
        return failure != null || (queue.isEmpty() && !writing);
    }

    /** {@return why sending failed, or null} */
    Exception failure() {
        return failure;
    }

    /** Ends the thread, when it has sent what it has, or at once if it cannot. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
