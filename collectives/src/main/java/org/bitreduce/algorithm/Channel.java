// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.frame.FrameChecksum;
import org.bitreduce.frame.FrameDifference;
import org.bitreduce.frame.FrameFields;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.Transport;

/**
 * Sends and receives the frames of one call at a time: puts the header in front of payloads, and lets nothing pass whose
 * header is not exactly as it must be. Payloads start {@link FrameHeader#BYTES} after the message.
 */
final class Channel {

    static final int CHUNK_BITS = 16;
    private static final int STAGE_BITS = 4;

    private final Group group;
    private final Transport transport;
    private final boolean checksumPayload;
    private final FrameFields fields = new FrameFields();
    private final FrameChecksum checksum = new FrameChecksum();
    private long call;
    private long codecNanos;
    private long sentBytes;
    private long sentMessages;
    private final MemorySegment scratch = Arena.ofAuto().allocate(FrameHeader.BYTES, 8);

    Channel(Group group) {
        this.group = group;
        this.transport = group.transport();
        this.checksumPayload = group.options().integrity() || !transport.readsInPlace();
    }

    int rank() {
        return transport.rank();
    }

    int size() {
        return transport.size();
    }

    SlotPool slots() {
        return group.slots();
    }

    /**
     * Begins a call: until it is agreed on, frames tell only how many calls there were before, which no rank can get
     * wrong, and the record in them tells the rest, the operation number too.
     */
    void beginCall(long earlierCalls) {
        call = earlierCalls;
        fields.operation = earlierCalls;
        fields.kind = 0;
        fields.stream = 0;
        fields.type = 0;
        fields.bits = 0;
        fields.mode = 0;
        fields.log2Bucket = 0;
        fields.decisionHash = 0;
        codecNanos = 0;
        sentBytes = 0;
        sentMessages = 0;
    }

    /** Fills in what all further frames of the call say. */
    void decided(Call call, Decision decision) {
        fields.operation = decision.operation();
        fields.kind = call.operation().ordinal();
        fields.stream = call.options().stream();
        fields.type = call.type().ordinal();
        fields.bits = decision.codec().bits();
        fields.mode = decision.mode().ordinal();
        fields.log2Bucket = decision.codec().log2Bucket();
        fields.decisionHash = decision.hash();
    }

    /** Counts time spent on numbers. */
    void countCodec(long sinceNanos) {
        codecNanos += System.nanoTime() - sinceNanos;
    }

    /** {@return nanoseconds of the call spent on numbers} */
    long codecNanos() {
        return codecNanos;
    }

    /** {@return bytes of the call that this rank has sent, to each rank that they went to} */
    long sentBytes() {
        return sentBytes;
    }

    /** {@return messages of the call that this rank has sent, to each rank that they went to} */
    long sentMessages() {
        return sentMessages;
    }

    /** {@return bytes of a message with this payload} */
    static long messageBytes(long payloadBytes) {
        return FrameHeader.BYTES + payloadBytes;
    }

    void send(Slot slot, int destination, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, destination, stage, chunk, elements, payloadBytes);
        transport.send(slot.request(), destination, tag(stage, chunk), slot.buffer(), messageBytes(payloadBytes));
        count(1, messageBytes(payloadBytes));
    }

    void publish(Slot slot, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, FrameHeader.ALL_RANKS, stage, chunk, elements, payloadBytes);
        transport.publish(slot.request(), tag(stage, chunk), slot.buffer(), messageBytes(payloadBytes));
        count(size() - 1, messageBytes(payloadBytes));
    }

    /** Posts a message to several ranks, maybe none. */
    void publish(Slot slot, int[] destinations, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, FrameHeader.ALL_RANKS, stage, chunk, elements, payloadBytes);
        long length = messageBytes(payloadBytes);
        transport.publish(slot.request(), destinations, tag(stage, chunk), slot.buffer(), length);
        count(destinations.length, length);
    }

    /** Copies what is passed on. */
    void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long bytes) {
        if (group.meter().spend(Work.COPY, bytes)) {
            MemorySegment.copy(from, fromOffset, to, toOffset, bytes);
            group.meter().done(Work.COPY, bytes);
        }
    }

    private void count(int copies, long bytes) {
        sentBytes += copies * bytes;
        sentMessages += copies;
    }

    /** Counts bytes that peers read here without a message. */
    void countRead(long bytes) {
        sentBytes += bytes;
        transport.inPlace().countRead(bytes);
    }

    void receive(Slot slot, int source, int stage, int chunk) {
        transport.receive(slot.request(), source, tag(stage, chunk), slot.buffer());
    }

    /**
     * Checks a message that has arrived.
     *
     * @param payloadBytes what it must hold, or -1 if only the sender knows
     * @return the message
     * @throws CorruptFrameException if anything differs, naming the sender
     */
    MemorySegment checked(
            Slot slot, int source, int destination, int stage, int chunk, long elements, long payloadBytes) {
        return checked(slot.request().message(), source, destination, stage, chunk, elements, payloadBytes);
    }

    /** Checks a message that has come in another's payload. */
    void checkedPart(MemorySegment part, int source, int destination, int stage, long payloadBytes) {
        checked(part, source, destination, stage, 0, 0, payloadBytes);
    }

    private MemorySegment checked(
            MemorySegment message,
            int source,
            int destination,
            int stage,
            int chunk,
            long elements,
            long payloadBytes) {
        if (!group.meter().hasData()) {
            return message;
        }
        expect(source, destination, stage, chunk, elements);
        FrameDifference difference =
                FrameHeader.difference(message, fields, payloadBytes, checksumPayload, checksum, scratch);
        if (difference != null) {
            throw new CorruptFrameException(
                    "rank %d got a wrong message from rank %d (%s), operation %d, %s, chunk %d: %s; %s"
                            .formatted(
                                    rank(),
                                    source,
                                    transport.describe(source),
                                    fields.operation,
                                    Stage.name(stage),
                                    chunk,
                                    difference.what(),
                                    difference.cause()));
        }
        return message;
    }

    private void write(Slot slot, int destination, int stage, int chunk, long elements, long payloadBytes) {
        if (group.meter().hasData()) {
            expect(rank(), destination, stage, chunk, elements);
            FrameHeader.write(slot.buffer().segment(), fields, payloadBytes, checksumPayload, checksum);
        }
    }

    private void expect(int source, int destination, int stage, int chunk, long elements) {
        fields.source = source;
        fields.destination = destination;
        fields.stage = stage;
        fields.chunk = chunk;
        fields.elementCount = elements;
    }

    private long tag(int stage, int chunk) {
        long calls = (call << (STAGE_BITS + CHUNK_BITS)) & Long.MAX_VALUE;
        return calls | ((long) stage << CHUNK_BITS) | chunk;
    }
}
