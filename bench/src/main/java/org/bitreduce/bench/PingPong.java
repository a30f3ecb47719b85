// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.bitreduce.Codec;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.join.Join;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/**
 * The transport alone: two ranks send each other a message in turn. A time is half a round trip. A message has arrived
 * when it lies in the receiver's own memory: where a transport reads in place, that takes a copy, which is timed too.
 * Nothing is quantized, so {@code bits} is 32.
 */
final class PingPong {

    private final BenchPlan plan;
    private final Transport transport;
    private final Waiter waiter;
    private final BenchData data;
    private final Request sending;
    private final Request receiving;
    private final MemorySegment own;
    private long tag;

    private PingPong(BenchPlan plan, Transport transport, Duration deadline) {
        this.plan = plan;
        this.transport = transport;
        this.waiter = new Waiter(transport, deadline);
        this.data = new BenchData(plan.seed());
        this.sending = transport.newRequest();
        this.receiving = transport.newRequest();
        long most = plan.sizes().stream().mapToLong(Long::longValue).max().orElse(0);
        this.own = transport.readsInPlace() ? Arena.ofAuto().allocate(most, 64) : MemorySegment.NULL;
    }

    static void main(BenchPlan plan, String[] args) {
        Duration deadline = CommunicatorOptions.DEFAULT.deadline();
        Join.Joined joined = Join.join(args, deadline);
        try (Transport transport = joined.transport();
                RowFile rows = transport.rank() == 0 ? RowFile.create(plan.rows()) : RowFile.none()) {
            PingPong game = new PingPong(plan, transport, deadline);
            for (long bytes : plan.sizes()) {
                game.play(bytes / Float.BYTES * Float.BYTES, rows);
            }
        }
        // Only after a transport that has not failed: without it jobs of mpjrun linger.
        joined.leave().run();
    }

    private void play(long bytes, RowFile rows) {
        if (bytes > transport.maxMessageBytes()) {
            throw new IllegalArgumentException("a message of this transport is at most %d bytes: size=%d, transport=%s"
                    .formatted(transport.maxMessageBytes(), bytes, transport.name()));
        }
        int peer = 1 - transport.rank();
        try (MessageBuffer out = transport.allocate(bytes);
                MessageBuffer in = transport.readsInPlace() ? null : transport.allocate(bytes)) {
            data.fill(out.segment().asSlice(0, bytes), transport.rank());
            Histogram times = new Histogram(3);
            long sent = transport.traffic().sentBytes();
            int iterations = plan.iterationsFor(bytes);
            int warmup = plan.warmupFor(bytes);
            for (int i = -warmup; i < iterations; i++) {
                long start = System.nanoTime();
                roundTrip(peer, out, in, bytes);
                if (i >= 0) {
                    times.recordValue((System.nanoTime() - start) / 2);
                }
            }
            long perCall = (transport.traffic().sentBytes() - sent) / (iterations + warmup);
            ErrorTally tally = verify(peer, out, in, bytes);
            if (transport.rank() == 0) {
                rows.write(row(bytes, new Times(times), perCall, tally));
            }
        }
    }

    private void roundTrip(int peer, MessageBuffer out, MessageBuffer in, long bytes) {
        long first = tag++;
        long second = tag++;
        if (transport.rank() == 0) {
            transport.send(sending, peer, first, out, bytes);
            transport.receive(receiving, peer, second, in);
            take();
            await(sending);
        } else {
            transport.receive(receiving, peer, first, in);
            take();
            transport.send(sending, peer, second, out, bytes);
            await(sending);
        }
    }

    private void take() {
        await(receiving);
        if (transport.readsInPlace()) {
            MemorySegment message = receiving.message();
            MemorySegment.copy(message, 0, own, 0, message.byteSize());
        }
        receiving.release();
    }

    /** One more round trip whose messages are looked at; rank 1 tells rank 0 what it found in a last message. */
    private ErrorTally verify(int peer, MessageBuffer out, MessageBuffer in, long bytes) {
        ErrorTally tally = new ErrorTally();
        try (MessageBuffer verdict = transport.allocate(Long.BYTES);
                MessageBuffer landing = transport.readsInPlace() ? null : transport.allocate(Long.BYTES)) {
            if (transport.rank() == 0) {
                transport.send(sending, peer, tag++, out, bytes);
                transport.receive(receiving, peer, tag++, in);
                check(peer, tally);
                await(sending);
                transport.receive(receiving, peer, tag++, landing);
                await(receiving);
                tally.addWrong(receiving.message().get(JAVA_LONG, 0));
                receiving.release();
            } else {
                transport.receive(receiving, peer, tag++, in);
                check(peer, tally);
                transport.send(sending, peer, tag++, out, bytes);
                await(sending);
                verdict.segment().set(JAVA_LONG, 0, tally.wrong());
                transport.send(sending, peer, tag++, verdict, Long.BYTES);
                await(sending);
            }
        }
        return tally;
    }

    private void check(int peer, ErrorTally tally) {
        await(receiving);
        MemorySegment message = receiving.message();
        new Verifier(512, 0, 1).check(message, 0, new CopyExpectation(data, peer, plan.codec(32)), tally);
        receiving.release();
    }

    private void await(Request request) {
        waiter.reset();
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new CollectiveTimeoutException(
                        "ping-pong: rank %d has waited too long for its peer".formatted(transport.rank()));
            }
        }
    }

    private MeasuredRow row(long bytes, Times times, long perCall, ErrorTally tally) {
        BenchCase.Subject about = new BenchCase.Subject(
                "bitreduce", Form.BLOCKING, true, bytes / Float.BYTES, Codec.PLAIN_BITS, "plain", "send-receive");
        Accuracy accuracy = new Accuracy(0, tally.maxError(), tally.wrong());
        return MeasuredRow.of(
                BenchRow.of(plan, transport.name(), transport.size(), about, times, perCall, accuracy, null), times);
    }
}
