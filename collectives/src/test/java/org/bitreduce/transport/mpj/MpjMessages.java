// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;

/** Messages whose content tells where they come from. */
abstract class MpjMessages {

    private static final long DEADLINE_NANOS = 30_000_000_000L;

    private static final byte[] PATTERN = new byte[1 << 18];

    static {
        new Random(1).nextBytes(PATTERN);
    }

    final Transport transport;
    final int rank;
    final int size;

    MpjMessages(Transport transport) {
        this.transport = transport;
        this.rank = transport.rank();
        this.size = transport.size();
    }

    List<Integer> peers() {
        List<Integer> peers = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            peers.add((rank + i) % size);
        }
        return peers;
    }

    Request send(int peer, long tag, int length, int room) {
        MessageBuffer out = transport.allocate(room);
        fill(out.segment(), rank, tag, length);
        Request request = transport.newRequest();
        transport.send(request, peer, tag, out, length);
        return request;
    }

    Request receive(int peer, long tag, int room) {
        Request request = transport.newRequest();
        transport.receive(request, peer, tag, transport.allocate(room));
        return request;
    }

    void await(List<Request> requests) {
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (!requests.stream().allMatch(Request::isDone)) {
            if (!transport.progress()) {
                Thread.onSpinWait();
                LockSupport.parkNanos(20_000);
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("rank " + rank + ": "
                        + requests.stream().filter(r -> !r.isDone()).count() + " of " + requests.size()
                        + " requests are not done");
            }
        }
    }

    /** Bytes of its own for every source, tag and length, made quickly. */
    static void fill(MemorySegment segment, int from, long tag, int length) {
        int step = PATTERN.length / 2;
        int start = (int) Math.floorMod(from * 31L + tag * 17 + length, (long) step);
        for (int at = 0; at < length; at += step) {
            MemorySegment.copy(PATTERN, start, segment, JAVA_BYTE, at, Math.min(step, length - at));
        }
    }

    /** Checks a message that has arrived, and gives it back: transports that read in place end a send only then. */
    static void check(Request request, int from, long tag, int length) {
        MemorySegment message = request.message();
        if (message.byteSize() != length) {
            throw new AssertionError("length=" + message.byteSize() + " expected=" + length);
        }
        MemorySegment expected = MemorySegment.ofArray(new byte[length]);
        fill(expected, from, tag, length);
        long mismatch = expected.mismatch(message);
        if (mismatch >= 0) {
            throw new AssertionError(
                    "byte " + mismatch + " of the message from=" + from + " tag=" + tag + " length=" + length);
        }
        request.release();
    }
}
