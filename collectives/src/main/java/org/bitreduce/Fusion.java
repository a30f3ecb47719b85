// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bitreduce.algorithm.Rules;

/**
 * All-reduces many small tensors in few calls. Tensors that are added are copied into packets, one call each; a packet is
 * begun when the next tensor does not fit, and its results are copied back by {@link #await()}:
 *
 * <pre>{@code
 * Fusion fusion = new Fusion(world, Fusion.USUAL_PACKET_BYTES, FLOAT, MEAN, Codec.uniform(4), CallOptions.DEFAULT);
 * for (int step = 0; step < steps; step++) {
 *     for (MemorySegment tensor : gradientsInTheOrderOfTheBackwardPass) {
 *         fusion.add(tensor);
 *     }
 *     fusion.await();
 * }
 * }</pre>
 *
 * <p>Which tensors share a packet is a function of their order and sizes, of the packet's size and of the codec's bucket
 * alone, so all ranks, and all runs, cut alike if they add the same sizes in the same order:
 *
 * <ul>
 *   <li>A tensor larger than a packet travels by itself, in place, at once.
 *   <li>Others follow each other in the open packet. With 2 to 16 bits and a scale per bucket, a tensor of at least a
 *       bucket lies in buckets of its own, filled up with zeros; smaller ones share scales. With other codecs there are no
 *       gaps.
 *   <li>A tensor that does not fit begins a new packet; what was left free is not sent.
 * </ul>
 *
 * The result is that of all-reducing each packet as one vector. The codec is asked once per call, so a step controller
 * counts calls, not steps.
 *
 * <p>Packets are memory of {@link Communicator#allocate}, kept for the next step: as many as a step fills. Used by the
 * communicator's thread only; other calls may come between. Not to be closed: it holds nothing but its packets, which the
 * communicator frees.
 */
public final class Fusion {

    /** A packet of 1 MiB: large enough that a call's fixed cost does not count; a smaller one begins to travel earlier. */
    public static final long USUAL_PACKET_BYTES = 1 << 20;

    private static final long MOST_PACKET_BYTES = 1 << 30;

    private final Communicator world;
    private final long capacity;
    private final long alignFrom;
    private final ElementType type;
    private final Reduction reduction;
    private final CodecChooser codec;
    private final CallOptions options;

    /** Those of the step that is being added come first. */
    private final List<Packet> packets = new ArrayList<>();

    private final List<Begun> calls = new ArrayList<>();
    /** Packets of this step that have been begun; the one after them is open. */
    private int packetsBegun;
    /** Tensors of this step. */
    private int added;

    /** A call of this step; without packet it is that of a tensor that travels by itself. */
    private record Begun(Pending pending, Packet packet, int number) {
        void complete(List<Outcome> outcomes) {
            outcomes.add(pending.await());
            if (packet != null) {
                packet.giveResults();
            }
        }

        /** Goes with a failure, whose message knows elements of the call only. */
        Throwable whatItCarried() {
            String tensors = packet == null ? number + "@0" : packet.toString();
            return new IllegalStateException("the call carried, as number of add()@first element: " + tensors);
        }
    }

    /**
     * Prepares to fuse; nothing is allocated or sent.
     *
     * @param world of the ranks, open as long as this object is used
     * @param packetBytes size of a packet, 64 to 2^30; see {@link #USUAL_PACKET_BYTES}
     * @param type of all tensors' elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks; asked once per call
     * @param options mode and stream; residuals are passed with their tensors
     * @throws IllegalArgumentException if an argument is out of range or does not go with another
     */
    public Fusion(
            Communicator world,
            long packetBytes,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        if (packetBytes < 64 || packetBytes > MOST_PACKET_BYTES) {
            throw new IllegalArgumentException(
                    "a packet has 64 to %d bytes: packetBytes=%d".formatted(MOST_PACKET_BYTES, packetBytes));
        }
        if (options.residual() != null) {
            throw new IllegalArgumentException("every tensor has a residual of its own: pass none in the options, but"
                    + " each with its tensor to add(tensor, residual)");
        }
        String refusal = Rules.refusal(options.mode(), codec.prototype(), world.size());
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        this.world = world;
        this.type = Objects.requireNonNull(type, "type");
        this.reduction = Objects.requireNonNull(reduction, "reduction");
        this.codec = codec;
        this.options = options;
        this.capacity = packetBytes / type.bytes();
        this.alignFrom = alignFrom(codec.prototype());
    }

    /**
     * {@return from how many elements on a tensor has scales of its own} Zeros that fill up a bucket do not change its
     * greatest magnitude or its Euclidean norm, but they would its mean magnitude.
     */
    private static long alignFrom(Codec codec) {
        boolean zerosAreNeutral = codec.norm() == Norm.MAX || codec.norm() == Norm.EUCLIDEAN;
        return codec.isPlain() || codec.isWholeVector() || !zerosAreNeutral ? Long.MAX_VALUE : 1L << codec.log2Bucket();
    }

    /**
     * Adds a tensor to this step; see {@link #add(MemorySegment, MemorySegment)}.
     *
     * @param tensor the whole segment is the tensor
     */
    public void add(MemorySegment tensor) {
        add(tensor, null);
    }

    /**
     * Adds a tensor to this step, and may begin a call. Until {@link #await()} has returned, the tensor must not be
     * written, nor overlap another one; a tensor larger than a packet must not be read either.
     *
     * @param tensor the whole segment is the tensor, accessible to any thread; replaced by the result in {@link #await()}
     * @param residual this rank's memory of what rounding has dropped of this tensor, of the tensor's size, accessible to
     *     any thread, or null; see {@link CallOptions}. All ranks pass one, or none. Tensors without one that share a
     *     packet with others that have one lose what is dropped, as they would alone
     * @throws IllegalArgumentException if a segment has no whole number of elements, is read-only, closed or confined to a
     *     thread, or the residual is of another size; the tensor has not been added then
     * @throws CollectiveException if the group has failed
     */
    public void add(MemorySegment tensor, MemorySegment residual) {
        world.requireOpen();
        long count = check("tensor", tensor);
        if (residual != null && check("residual", residual) != count) {
            throw new IllegalArgumentException("a residual has as many elements as its tensor: tensor=%d, residual=%d"
                    .formatted(count, residual.byteSize() / type.bytes()));
        }
        if (count > capacity) {
            begin(tensor, count, residual, null);
        } else {
            if (!open().take(added, tensor, residual)) {
                flush();
                open().take(added, tensor, residual);
            }
            if (open().isFull()) {
                flush();
            }
        }
        added++;
    }

    private long check(String name, MemorySegment segment) {
        long bytes = segment.byteSize();
        if (bytes % type.bytes() != 0) {
            throw new IllegalArgumentException("a %s has whole elements: bytes=%d, type=%s of %d bytes"
                    .formatted(name, bytes, type, type.bytes()));
        }
        CallMemory.written(name, Data.of(segment, type), bytes / type.bytes());
        CallMemory.requireUnconfined(name, segment);
        return bytes / type.bytes();
    }

    private Packet open() {
        if (packetsBegun == packets.size()) {
            packets.add(new Packet(world.allocate(capacity * type.bytes()), type.bytes(), alignFrom));
        }
        return packets.get(packetsBegun);
    }

    /**
     * Begins the open packet, if there is anything in it: all that has been added travels. All ranks do so at the same
     * point of their tensors.
     *
     * @throws CollectiveException if the group has failed
     * @throws IllegalArgumentException if type, reduction and codec do not go together; nothing is sent
     */
    public void flush() {
        if (packetsBegun < packets.size() && !packets.get(packetsBegun).isEmpty()) {
            Packet packet = packets.get(packetsBegun);
            begin(packet.memory(), packet.count(), packet.residual(), packet);
            packetsBegun++;
        }
    }

    private void begin(MemorySegment vector, long count, MemorySegment residual, Packet packet) {
        world.requireOpen();
        CallOptions with = options.withResidual(residual);
        calls.add(new Begun(
                world.nonBlocking().allReduce(vector, vector, count, type, reduction, codec, with), packet, added));
    }

    /**
     * Begins what has not been begun, waits for all of this step's calls, and replaces their tensors by the results.
     * Afterwards the next step's tensors can be added. If calls fail, the tensors of the others have their results all the
     * same, and those of the failed ones what they held.
     *
     * @return what was done, call by call in the order in which they were begun
     * @throws CollectiveException of the first call that has failed, with the others' as suppressed ones
     */
    public List<Outcome> await() {
        List<Outcome> outcomes = new ArrayList<>(calls.size() + 1);
        Failures failures = new Failures();
        try {
            flush();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
        for (Begun call : calls) {
            try {
                call.complete(outcomes);
            } catch (RuntimeException | Error e) {
                if (e instanceof CollectiveException failure && failure.isClean()) {
                    e.addSuppressed(call.whatItCarried());
                }
                failures.add(e);
            }
        }
        packets.forEach(Packet::clear);
        calls.clear();
        packetsBegun = 0;
        added = 0;
        failures.throwFirst();
        return outcomes;
    }

    /** {@return calls of this step so far, the open packet's not among them} */
    public int callsBegun() {
        return calls.size();
    }

    /** The first failure of a step, and the others with it. */
    private static final class Failures {
        private Throwable first;

        void add(Throwable failure) {
            if (first == null) {
                first = failure;
            } else if (!first.equals(failure)) {
                first.addSuppressed(failure);
            }
        }

        void throwFirst() {
            if (first instanceof Error error) {
                throw error;
            }
            if (first != null) {
                throw (RuntimeException) first;
            }
        }
    }

    @Override
    public String toString() {
        return "fusion of %s tensors, %d packets of %d elements, %d calls under way"
                .formatted(type, packets.size(), capacity, calls.size());
    }
}
