// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Engine;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.join.Join;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.Transport;

/**
 * One rank's end of a group of ranks that make the same collective calls in the same order.
 *
 * <p>Vectors are {@link MemorySegment}s, native, mapped or on the heap, little-endian, of any alignment that their
 * elements need; they stay the caller's, and no call touches them after it has returned. Every call opens with an
 * agreement round: calls that differ between ranks, and NaN or infinity where {@link NonFinitePolicy#THROW} holds, throw
 * the same exception on all ranks before any output is written. The result depends on inputs, seed, number of ranks, mode
 * and codec, and on nothing else.
 *
 * <p>The methods whose names begin with {@code i} begin a call and return a {@link Pending}; a thread of the communicator's
 * own carries such calls out, and whoever waits for one.
 *
 * <p>A communicator is used by one thread at a time; several communicators may share a JVM. After an exception that is
 * not {@linkplain CollectiveException#isClean() clean} every later call throws the same.
 */
public final class Communicator implements AutoCloseable {

    private final Transport transport;
    private final CommunicatorOptions options;
    private final List<String> arguments;
    private final Calls calls;
    private final ProgressLoop loop;
    private final Runnable leave;
    private final Arena arena = Arena.ofShared();
    private boolean closed;

    private Communicator(Transport transport, CommunicatorOptions options, List<String> arguments, Runnable leave) {
        this.transport = transport;
        this.options = options;
        this.arguments = arguments;
        this.leave = leave;
        this.calls = new Calls(transport, options);
        this.loop = new ProgressLoop(start(transport, options), transport.size());
    }

    /** If this rank cannot start, the others hear of it at once and not at their deadline. */
    private static Engine start(Transport transport, CommunicatorOptions options) {
        try {
            return new Engine(transport, options);
        } catch (RuntimeException | Error e) {
            transport.abort("rank %d cannot start: %s".formatted(transport.rank(), e));
            transport.close();
            throw e;
        }
    }

    /**
     * Joins the group that this program was started in: by {@code ./bitreduce run}, by {@code mpjrun}, or, if by itself,
     * a group of one.
     *
     * <p>Options with the standard table of algorithms get the {@linkplain AlgorithmTable#configured() configured} one.
     *
     * @param args what main got
     * @param options equal on all ranks
     * @return this rank's end, to be closed
     * @throws CollectiveException if the others do not come within the deadline, or there is no transport to them
     * @throws IllegalArgumentException if a table of algorithms is configured and cannot be read
     */
    public static Communicator join(String[] args, CommunicatorOptions options) {
        boolean usual = options.algorithms().equals(AlgorithmTable.standard());
        CommunicatorOptions full = usual ? options.withAlgorithms(AlgorithmTable.configured()) : options;
        Join.Joined joined = Join.join(args, options.deadline());
        return new Communicator(joined.transport(), full, joined.arguments(), joined.leave());
    }

    /**
     * Joins with {@link CommunicatorOptions#DEFAULT}.
     *
     * @param args what main got
     * @return this rank's end, to be closed
     */
    public static Communicator join(String... args) {
        return join(args, CommunicatorOptions.DEFAULT);
    }

    /**
     * Makes a communicator of a transport, and owns it.
     *
     * @param transport nothing posted; closed with the communicator
     * @param options equal on all ranks
     * @return this rank's end, to be closed
     */
    public static Communicator over(Transport transport, CommunicatorOptions options) {
        return new Communicator(transport, options, List.of(), () -> {});
    }

    /** {@return this rank, from 0 to {@code size() - 1}} */
    public int rank() {
        return transport.rank();
    }

    /** {@return the number of ranks} */
    public int size() {
        return transport.size();
    }

    /** {@return what holds for all calls} */
    public CommunicatorOptions options() {
        return options;
    }

    /** {@return the program's own arguments, without what a launcher put before them} */
    public String[] arguments() {
        return arguments.toArray(new String[0]);
    }

    /** {@return the transport's name, such as "shared-memory"} */
    public String transportName() {
        return transport.name();
    }

    /**
     * {@return a rank's host and process id, as far as known}
     *
     * @param rank any rank
     */
    public String describe(int rank) {
        return transport.describe(Objects.checkIndex(rank, size()));
    }

    /** {@return what this rank has sent and received so far; changes with every call} */
    public Traffic traffic() {
        return transport.traffic();
    }

    /** {@return the number of the next call, from 0; it enters the random numbers} */
    public long nextOperation() {
        return loop.nextOperation();
    }

    /**
     * Counts calls from another number on, so that a run resumed from a checkpoint draws what an uninterrupted one would
     * have drawn. All ranks do so before the same call, and with none under way; if not, that call fails on all of them.
     *
     * @param operation the number of the next call, not less than {@link #nextOperation()}: no number is used twice
     */
    public void resumeAt(long operation) {
        if (operation < nextOperation()) {
            throw new IllegalArgumentException(
                    "operation numbers cannot go back: operation=%d, next=%d".formatted(operation, nextOperation()));
        }
        loop.resumeAt(operation);
    }

    /**
     * Allocates memory for vectors, freed when the communicator closes. Where ranks share memory, the others read such
     * vectors in place, which saves plain collectives all copies of their inputs: about twice as fast, if all ranks pass
     * memory from here. Where there is no room for that (in /dev/shm, say) it is ordinary native memory, and a warning
     * says so.
     *
     * @param bytes size in bytes, not negative
     * @return zeroed, aligned to 64 bytes, usable by any thread
     * @throws CollectiveException if the group has failed
     */
    public MemorySegment allocate(long bytes) {
        requireOpen();
        MemorySegment shared = bytes > 0 ? loop.allocateShared(bytes) : null;
        return shared != null ? shared : arena.allocate(bytes, 64);
    }

    /**
     * All-reduces a vector in place, with the usual options.
     *
     * @param data the whole segment is the vector
     * @param type of its elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome allReduce(MemorySegment data, ElementType type, Reduction reduction, CodecChooser codec) {
        return allReduce(data, data, data.byteSize() / type.bytes(), type, reduction, codec, CallOptions.DEFAULT);
    }

    /**
     * All-reduces an array in place. Arrays are read and written where they are, but by the scalar kernels: native memory
     * is several times faster.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @param codec decides how elements travel, alike on all ranks
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome allReduce(float[] data, Reduction reduction, CodecChooser codec) {
        return allReduce(MemorySegment.ofArray(data), ElementType.FLOAT, reduction, codec);
    }

    /**
     * All-reduces an array in place, uncompressed.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome allReduce(double[] data, Reduction reduction) {
        return allReduce(MemorySegment.ofArray(data), ElementType.DOUBLE, reduction, Codec.plain());
    }

    /**
     * All-reduces a vector.
     *
     * @param input {@code count} elements; not modified unless it is the output too
     * @param output receives {@code count} elements; the input itself, or not overlapping it
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements; quantizing codecs carry {@link ElementType#FLOAT} only
     * @param reduction how elements are combined; quantizing codecs and means only as the enums say
     * @param codec decides how elements travel, alike on all ranks
     * @param options mode, stream and error feedback
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     * @throws IllegalArgumentException if an argument is out of range or does not go with another; nothing is sent
     * @throws IndexOutOfBoundsException if a segment is too short; nothing is sent
     */
    public Outcome allReduce(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return run(calls.allReduce(input, output, count, type, reduction, codec, options));
    }

    /**
     * Reduces, and leaves to every rank its part (see {@link #partStart}).
     *
     * @param input {@code count} elements; not modified unless the output lies in it
     * @param output receives this rank's part; may be exactly that part of the input, else does not overlap it
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome reduceScatter(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return run(calls.reduceScatter(input, output, count, type, reduction, codec, options));
    }

    /**
     * {@return the index of the first element of a rank's part in reduce-scatter} Parts are cut at multiples of 512
     * elements and of the bucket. Part {@code r} ends where part {@code r + 1} begins; {@code partStart(count, size(),
     * codec)} is {@code count}.
     *
     * @param count elements of the vector, not negative
     * @param rank 0 to {@link #size()}
     * @param codec whose bucket counts
     */
    public long partStart(long count, int rank, Codec codec) {
        Objects.checkIndex(rank, size() + 1);
        return Parts.start(count, rank, size(), codec);
    }

    /**
     * Gathers every rank's elements, in rank order, on all ranks. With a quantizing codec every rank's elements,
     * this rank's own included, come out rounded, so that all ranks hold the same bits.
     *
     * @param input {@code count} elements; may be exactly this rank's place in the output, else does not overlap it
     * @param output receives {@code size() * count} elements
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome allGather(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            CodecChooser codec,
            CallOptions options) {
        return run(calls.allGather(input, output, count, type, codec, options));
    }

    /**
     * Copies the root's elements to all ranks; with a quantizing codec rounded once, the root's own too.
     *
     * @param data {@code count} elements, read on the root, written on all
     * @param count elements, equal on all, may be 0
     * @param type of the elements
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public Outcome broadcast(
            MemorySegment data, long count, ElementType type, int root, CodecChooser codec, CallOptions options) {
        return run(calls.broadcast(data, count, type, root, codec, options));
    }

    /**
     * Returns when all ranks have called it.
     *
     * @throws CollectiveException if a rank makes another call, or the group has failed
     */
    public void barrier() {
        run(calls.barrier());
    }

    /**
     * Begins an all-reduce and returns; see {@link #allReduce(MemorySegment, MemorySegment, long, ElementType, Reduction,
     * CodecChooser, CallOptions)}. Calls that are begun in the same order on all ranks overlap; a blocking call may follow
     * at any time. Until the handle tells that the call is over, input, output and residual must not be read (inputs may),
     * written or freed; the handle keeps them reachable.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives {@code count} elements, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @param options mode, stream and error feedback
     * @return the call's handle
     * @throws CollectiveException if the group has failed; all else comes from the handle
     * @throws IllegalArgumentException if an argument is out of range, does not go with another, or memory is confined to
     *     one thread; nothing is sent
     */
    public Pending iAllReduce(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return post(calls.allReduce(input, output, count, type, reduction, codec, options));
    }

    /**
     * Begins a reduce-scatter and returns; see {@link #reduceScatter} and {@link #iAllReduce}.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives this rank's part, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return the call's handle
     */
    public Pending iReduceScatter(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return post(calls.reduceScatter(input, output, count, type, reduction, codec, options));
    }

    /**
     * Begins an all-gather and returns; see {@link #allGather} and {@link #iAllReduce}.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives {@code size() * count} elements, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return the call's handle
     */
    public Pending iAllGather(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            CodecChooser codec,
            CallOptions options) {
        return post(calls.allGather(input, output, count, type, codec, options));
    }

    /**
     * Begins a broadcast and returns; see {@link #broadcast} and {@link #iAllReduce}.
     *
     * @param data {@code count} elements, accessible to any thread
     * @param count elements, equal on all, may be 0
     * @param type of the elements
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream
     * @return the call's handle
     */
    public Pending iBroadcast(
            MemorySegment data, long count, ElementType type, int root, CodecChooser codec, CallOptions options) {
        return post(calls.broadcast(data, count, type, root, codec, options));
    }

    /**
     * Begins a barrier and returns.
     *
     * @return the handle, whose call is over when all ranks have begun it
     */
    public Pending iBarrier() {
        return post(calls.barrier());
    }

    /**
     * Prepares an all-reduce that is carried out again and again on the same memory; nothing is sent. See {@link #allReduce(MemorySegment, MemorySegment, long,
     * ElementType, Reduction, CodecChooser, CallOptions)}.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives {@code count} elements, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @param options mode, stream and error feedback
     * @return the prepared call, usable until the communicator is closed
     * @throws IllegalArgumentException if an argument is out of range, does not go with another, or memory is confined to
     *     one thread
     */
    public Persistent allReduceInit(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return prepare(calls.allReduce(input, output, count, type, reduction, codec, options));
    }

    /**
     * Prepares a reduce-scatter that is carried out again and again on the same memory; nothing is sent. See {@link #reduceScatter}.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives this rank's part, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return the prepared call, usable until the communicator is closed
     * @throws IllegalArgumentException if an argument is out of range, does not go with another, or memory is confined to
     *     one thread
     */
    public Persistent reduceScatterInit(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return prepare(calls.reduceScatter(input, output, count, type, reduction, codec, options));
    }

    /**
     * Prepares an all-gather that is carried out again and again on the same memory; nothing is sent. See {@link #allGather}.
     *
     * @param input {@code count} elements, accessible to any thread
     * @param output receives {@code size() * count} elements, accessible to any thread
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream and error feedback
     * @return the prepared call, usable until the communicator is closed
     * @throws IllegalArgumentException if an argument is out of range, does not go with another, or memory is confined to
     *     one thread
     */
    public Persistent allGatherInit(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            CodecChooser codec,
            CallOptions options) {
        return prepare(calls.allGather(input, output, count, type, codec, options));
    }

    /**
     * Prepares a broadcast that is carried out again and again on the same memory; nothing is sent. See {@link #broadcast}.
     *
     * @param data {@code count} elements, accessible to any thread
     * @param count elements, equal on all, may be 0
     * @param type of the elements
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel, alike on all ranks
     * @param options stream
     * @return the prepared call, usable until the communicator is closed
     * @throws IllegalArgumentException if an argument is out of range, does not go with another, or memory is confined to
     *     one thread
     */
    public Persistent broadcastInit(
            MemorySegment data, long count, ElementType type, int root, CodecChooser codec, CallOptions options) {
        return prepare(calls.broadcast(data, count, type, root, codec, options));
    }

    private Outcome run(Call call) {
        requireOpen();
        return loop.run(call);
    }

    private Persistent prepare(Call call) {
        requireOpen();
        requireUnconfined(call);
        return new Persistent(loop, loop.prepare(call));
    }

    private Pending post(Call call) {
        requireOpen();
        requireUnconfined(call);
        return new Pending(loop, loop.post(call), call);
    }

    private static void requireUnconfined(Call call) {
        CallMemory.requireUnconfined("input", call.input());
        CallMemory.requireUnconfined("output", call.output());
        if (call.options().residual() != null) {
            CallMemory.requireUnconfined("residual", call.options().residual());
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the communicator is closed: rank=" + rank());
        }
    }

    /** Leaves the group and frees the memory of {@link #allocate}. Returns within seconds, whatever the others do. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.close();
        try {
            transport.close();
            arena.close();
        } finally {
            if (!loop.hasFailed()) {
                leave.run();
            }
        }
    }
}
