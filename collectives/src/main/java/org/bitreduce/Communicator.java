// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Engine;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.algorithm.WorkMeter;
import org.bitreduce.join.Join;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.Transport;

/**
 * One rank's end of a group of ranks that make the same collective calls in the same order.
 *
 * <p>Vectors are {@link MemorySegment}s, native, mapped or on the heap, little-endian, of any alignment that their
 * elements need; they stay the caller's, and no call touches them after it has returned (when one has failed, see {@link
 * #allocate}). Every call opens with an
 * agreement round: calls that differ between ranks, and NaN or infinity where {@link NonFinitePolicy#THROW} holds, throw
 * the same exception on all ranks before any output is written. The result depends on inputs, seed, number of ranks, mode
 * and codec, and on nothing else but, in {@link Mode#TWO_LEVEL}, the {@link Placement}, and with {@link Order#FREE} the
 * table of algorithms.
 *
 * <p>The calls themselves are described in {@link Collectives}: made here they return when they are over; {@link
 * #nonBlocking()} begins them, {@link #persistent()} prepares them.
 *
 * <p>A communicator is used by one thread at a time; several communicators may share a JVM. After an exception that is
 * not {@linkplain CollectiveException#isClean() clean} every later call throws the same.
 */
public final class Communicator extends Collectives<Outcome> implements AutoCloseable {

    private final Transport transport;
    private final CommunicatorOptions options;
    private final List<String> arguments;
    private final Forming forming;
    private final ProgressLoop loop;
    private final Engine engine;
    private final Runnable leave;
    /** What this one was made of; null for all ranks. */
    private final Communicator parent;
    /** Open ones that were made of this one; guarded by itself. */
    private final List<Communicator> groups = new ArrayList<>();

    private final Arena arena = Arena.ofShared();
    private final Collectives<Pending> nonBlocking = new CallView<>(calls(), this::begin);
    private final Collectives<Persistent> persistent = new CallView<>(calls(), this::prepare);
    private volatile boolean closed;

    private Communicator(
            Transport transport, CommunicatorOptions options, WorkMeter meter, List<String> arguments, Runnable leave) {
        this(new Forming(transport, meter), transport, options, arguments, leave, null);
    }

    private Communicator(
            Forming forming,
            Transport transport,
            CommunicatorOptions options,
            List<String> arguments,
            Runnable leave,
            Communicator parent) {
        super(new Calls(transport, options));
        this.forming = forming;
        this.transport = transport;
        this.options = options;
        this.arguments = arguments;
        this.leave = leave;
        this.parent = parent;
        this.loop = forming.loop();
        this.engine = start();
    }

    /** If this rank cannot start, the others hear of it at once and not at their deadline. */
    private Engine start() {
        try {
            return forming.engine(transport, options);
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
        return join(args, options, WorkMeter.NONE);
    }

    /**
     * Joins like {@link #join(String[], CommunicatorOptions)}, and lets a meter watch what calls spend their time on.
     *
     * @param args what main got
     * @param options equal on all ranks
     * @param meter called by the thread that carries calls on, in the middle of them; each rank's own
     * @return this rank's end, to be closed
     */
    public static Communicator join(String[] args, CommunicatorOptions options, WorkMeter meter) {
        boolean usual = options.algorithms().equals(AlgorithmTable.standard());
        CommunicatorOptions full = usual ? options.withAlgorithms(AlgorithmTable.configured()) : options;
        Join.Joined joined = Join.join(args, options.deadline());
        return new Communicator(joined.transport(), full, meter, joined.arguments(), joined.leave());
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
        return over(transport, options, WorkMeter.NONE);
    }

    /**
     * Makes a communicator like {@link #over(Transport, CommunicatorOptions)}, whose calls a meter watches.
     *
     * @param transport nothing posted; closed with the communicator
     * @param options equal on all ranks
     * @param meter as in {@link #join(String[], CommunicatorOptions, WorkMeter)}
     * @return this rank's end, to be closed
     */
    public static Communicator over(Transport transport, CommunicatorOptions options, WorkMeter meter) {
        return new Communicator(transport, options, meter, List.of(), () -> {});
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

    /** {@return which rank runs on which host: what the options say, else what the transport knows} */
    public Placement placement() {
        return options().placement() == null ? transport.placement() : options().placement();
    }

    /**
     * {@return a rank's host and process id, as far as known}
     *
     * @param rank from 0 to {@code size() - 1}
     * @throws IndexOutOfBoundsException if it is none
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
        return loop.nextOperation(engine);
    }

    /**
     * Counts calls from another number on, so that a run resumed from a checkpoint draws what an uninterrupted one would
     * have drawn. All ranks do so before the same call, and with none under way; if not, that call fails on all of them.
     *
     * @param operation the number of the next call, not less than {@link #nextOperation()}: no number is used twice
     * @throws IllegalArgumentException if it is less
     */
    public void resumeAt(long operation) {
        if (operation < nextOperation()) {
            throw new IllegalArgumentException(
                    "operation numbers cannot go back: operation=%d, next=%d".formatted(operation, nextOperation()));
        }
        loop.resumeAt(engine, operation);
    }

    /**
     * Allocates memory for vectors, freed when the communicator closes. Where ranks share memory, the others read and write
     * such vectors in place during plain collectives, which saves these all copies: more than twice as fast, if all ranks
     * pass memory from here. Between calls no other rank touches it. When a call has failed, ranks that have not heard of it may
     * still write to its output: do not use that memory for anything else before all ranks have closed or ended. Where there is no room for that (in /dev/shm, say) it is ordinary native memory, and a warning
     * says so.
     *
     * @param bytes size in bytes, not negative
     * @return zeroed, aligned to 64 bytes, usable by any thread
     * @throws IllegalArgumentException if the size is negative
     * @throws CollectiveException if the group has failed
     * @throws IllegalStateException if the communicator is closed
     */
    public MemorySegment allocate(long bytes) {
        requireOpen();
        MemorySegment shared = bytes > 0 ? loop.allocateShared(engine, bytes) : null;
        return shared != null ? shared : arena.allocate(bytes, 64);
    }

    /**
     * {@return the index of the first element of a rank's part in reduce-scatter} Parts are cut at multiples of 512
     * elements and of the bucket. Part {@code r} ends where part {@code r + 1} begins; {@code partStart(count, size(),
     * codec)} is {@code count}.
     *
     * @param count elements of the vector, not negative
     * @param rank 0 to {@link #size()}
     * @param codec whose bucket counts
     * @throws IndexOutOfBoundsException if the rank is neither a rank nor their number
     */
    public long partStart(long count, int rank, Codec codec) {
        Objects.checkIndex(rank, size() + 1);
        return Parts.start(count, rank, size(), codec);
    }

    /**
     * Makes groups of the ranks that pass the same colour, as MPI_Comm_split does. All ranks call it, with no call of theirs
     * waiting for it; it counts as one operation.
     *
     * <p>A group has calls, operation numbers and a context of its own: messages of different groups never meet, and groups
     * may make calls at the same time from different threads, also such as share ranks. Its seed is derived from this
     * communicator's and the group. Wires, traffic counts and failures are shared: what fails one communicator for good
     * fails all that were made of the same one.
     *
     * @param color which group, any number
     * @param key order in the group; equal keys are in the order of ranks here
     * @return this rank's end of its group; closed with this communicator, if not before
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     * @throws IllegalStateException on all ranks, if a rank has been in 65,534 groups already
     */
    public Communicator split(int color, int key) {
        return group(forming.split(this, transport, color, key));
    }

    /**
     * Makes a group of some ranks, as MPI_Comm_create_group does: the members call it, with the same ranks in the same
     * order, the others do not. See {@link #split} for what a group is.
     *
     * @param ranks the members' ranks here, different, this one among them; a member's rank in the group is its place
     * @return this rank's end of the group; closed with this communicator, if not before
     * @throws IllegalArgumentException if the ranks are none of that; nothing is sent
     * @throws CollectiveException if a member does not come, or passes the ranks in another order
     */
    public Communicator subgroup(int... ranks) {
        requireOpen();
        return group(forming.subgroup(transport, options, ranks));
    }

    private Communicator group(Forming.Member member) {
        synchronized (groups) {
            requireOpen();
            Communicator group =
                    new Communicator(forming, member.transport(), member.options(), arguments, () -> {}, this);
            groups.add(group);
            return group;
        }
    }

    /**
     * {@return the calls, begun and not waited for} Calls that are begun in the same order on all ranks overlap, carried
     * out by a thread of the communicator's own and by whoever waits for one; a blocking call may follow at any time. Until
     * its handle tells that a call is over, its outputs and residual must not be read, and nothing of it written or freed;
     * the handle keeps the memory reachable. Memory that is confined to one thread is refused.
     */
    public Collectives<Pending> nonBlocking() {
        return nonBlocking;
    }

    /**
     * {@return the calls, prepared for being carried out again and again on the same memory} Nothing is sent before {@link
     * Persistent#run()} or {@link Persistent#start()}. Memory that is confined to one thread is refused.
     */
    public Collectives<Persistent> persistent() {
        return persistent;
    }

    @Override
    Outcome carry(Call call) {
        requireOpen();
        return loop.run(engine, call);
    }

    private Persistent prepare(Call call) {
        requireOpen();
        return new Persistent(loop, loop.prepare(engine, call));
    }

    private Pending begin(Call call) {
        requireOpen();
        return new Pending(loop, loop.post(engine, call), call);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the communicator is closed: rank=" + rank());
        }
    }

    /**
     * Leaves the group, closes the groups that were made of it, and frees the memory of {@link #allocate} (of a group: what
     * others can read, when the communicator of all ranks closes). Returns within seconds, whatever the others do.
     */
    @Override
    public void close() {
        List<Communicator> open;
        synchronized (groups) {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(groups);
        }
        open.forEach(Communicator::close);
        if (parent == null) {
            closeTransport();
        } else {
            parent.forget(this);
            loop.detach(engine);
            arena.close();
        }
    }

    private void forget(Communicator group) {
        synchronized (groups) {
            groups.remove(group);
        }
    }

    private void closeTransport() {
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
