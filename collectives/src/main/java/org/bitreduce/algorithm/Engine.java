// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bitreduce.CollectiveException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.TransportException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/**
 * Carries out calls: any number at a time, whose data overlap, but whose agreements follow each other in the order of the
 * calls, so that a chooser's state is the same on all ranks when it is asked. Confined to one thread at a time.
 */
public final class Engine implements Schedule {

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final Group group;
    private final Deadline deadline;
    private final Waiter pace;
    /** The last one used at the end. */
    private final List<CallRun> idleRuns = new ArrayList<>();
    /** Used in turn: what this rank published in one call may still be read by others when it begins the next. */
    private final ArrayDeque<Agreement> idleAgreements = new ArrayDeque<>();

    private final Supplier<Records> records;
    private final List<Ticket> underWay = new ArrayList<>();

    // Made once: a step makes no garbage.
    private final BooleanSupplier steps = this::advance;
    private final BooleanSupplier moves;
    private final BooleanSupplier checkDeadline;

    private long operation;
    private long calls;
    private CollectiveException failure;
    private boolean released;

    /**
     * Starts with operation 0.
     *
     * @param transport owned by the caller
     * @param options equal on all ranks
     */
    public Engine(Transport transport, CommunicatorOptions options) {
        this(transport, options, WorkMeter.NONE);
    }

    /**
     * Starts with operation 0.
     *
     * @param transport owned by the caller
     * @param options equal on all ranks
     * @param meter is told of all work with numbers
     */
    public Engine(Transport transport, CommunicatorOptions options, WorkMeter meter) {
        group = new Group(transport, options, meter);
        deadline = new Deadline(transport, options.deadline());
        pace = new Waiter(transport, options.deadline());
        moves = transport::progress;
        checkDeadline = () -> {
            deadline.check(this);
            return false;
        };
        idleRuns.add(new CallRun(group));
        records = Agreement.records(group);
        idleAgreements.add(new Agreement(group, records.get()));
        idleAgreements.add(new Agreement(group, records.get()));
    }

    /**
     * Posts a call; nothing of it is read or sent before {@link #progress()}.
     *
     * @param call with checked arguments
     * @return its ticket
     * @throws CollectiveException if a call has failed for good
     */
    public Ticket post(Call call) {
        requireUsable();
        CallRun run = idleRun(call);
        Ticket ticket = new Ticket(this, call, run, false);
        start(ticket, run.lastWas(call));
        return ticket;
    }

    /** {@return one whose plans fit if there is any, else the last one used, for its memory is in the caches} */
    private CallRun idleRun(Call call) {
        for (int i = idleRuns.size() - 1; i >= 0; i--) {
            if (idleRuns.get(i).lastWas(call)) {
                return idleRuns.remove(i);
            }
        }
        // A barrier needs no memory, and must not cost the call that it stands beside its plans.
        boolean another = idleRuns.isEmpty() || call.operation() == Operation.BARRIER;
        return another ? new CallRun(group) : idleRuns.removeLast();
    }

    /**
     * Prepares a call that will be posted again and again; all that it needs is kept.
     *
     * @param call with checked arguments
     * @return its ticket, for {@link #repost}
     */
    public Ticket prepare(Call call) {
        requireUsable();
        return new Ticket(this, call, new CallRun(group), true);
    }

    /**
     * Posts a prepared call.
     *
     * @param ticket from {@link #prepare}, whose call is not under way
     * @throws CollectiveException if a call has failed for good
     */
    public void repost(Ticket ticket) {
        requireUsable();
        if (!ticket.isDone()) {
            throw new IllegalStateException("%s is under way; wait for its end first".formatted(ticket.run()));
        }
        ticket.restart();
        start(ticket, true);
    }

    private void start(Ticket ticket, boolean again) {
        Agreement agreement = idleAgreements.isEmpty() ? new Agreement(group, records.get()) : idleAgreements.remove();
        ticket.run().post(ticket.call(), again, operation++, calls++, agreement);
        if (underWay.isEmpty()) {
            deadline.restart();
        }
        underWay.add(ticket);
    }

    /** Begins a wait: full attention. */
    void attend() {
        pace.reset();
    }

    /** Lets some time pass; a transport that sleeps looks around first, and may find that a rank is gone. */
    void rest() {
        try {
            pace.idle(false);
        } catch (CollectiveException e) {
            fail(e);
        }
    }

    /**
     * Does one step of each call under way that is possible now, and lets the transport move. What fails a call ends its
     * ticket and is not thrown here.
     *
     * @return whether anything was done
     */
    public boolean progress() {
        boolean stepped = step();
        if (isDone()) {
            return stepped;
        }
        boolean moved = move() || stepped;
        watch(moved);
        return moved;
    }

    /** Does one step of each call under way that is possible now. {@return whether anything was done} */
    boolean step() {
        return guarded(steps);
    }

    /** Lets the transport move. {@return whether it has} */
    boolean move() {
        return guarded(moves);
    }

    /**
     * Looks at the clock.
     *
     * @param moved whether anything has happened without which this engine's calls could not go on
     */
    void watch(boolean moved) {
        if (moved || isDone()) {
            deadline.restart();
        } else {
            guarded(checkDeadline);
        }
    }

    private boolean guarded(BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (CollectiveException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new TransportException("rank %d failed: %s".formatted(group.rank(), e), e));
            throw e;
        }
        return true;
    }

    /**
     * Gives a call up. If nothing of it has been sent, it takes part in its agreement as cancelled, and fails on all ranks,
     * which stay usable; later it fails the engine.
     *
     * @param ticket from {@link #post}
     */
    public void cancel(Ticket ticket) {
        if (ticket.isDone()) {
            return;
        }
        CallRun run = ticket.run();
        if (run.isOnlyPosted()) {
            run.cancel();
        } else {
            fail(new TransportException(
                    "rank %d cancelled %s when it was under way; cancel earlier, or wait for its end"
                            .formatted(group.rank(), run)));
        }
    }

    @Override
    public boolean advance() {
        boolean moved = false;
        boolean agreed = true;
        for (int i = 0; i < underWay.size() && agreed; i++) {
            Ticket ticket = underWay.get(i);
            moved |= advance(ticket);
            agreed = ticket.isDecided();
        }
        if (moved) {
            forgetDone();
        }
        return moved;
    }

    private void forgetDone() {
        int kept = 0;
        for (int i = 0; i < underWay.size(); i++) {
            Ticket ticket = underWay.get(i);
            if (!ticket.isDone()) {
                underWay.set(kept++, ticket);
            }
        }
        while (underWay.size() > kept) {
            underWay.removeLast();
        }
    }

    private boolean advance(Ticket ticket) {
        CallRun run = ticket.run();
        try {
            boolean moved = run.advance();
            if (run.isDone()) {
                giveBack(ticket);
                ticket.succeed();
            }
            return moved;
        } catch (CollectiveException e) {
            if (!e.isClean()) {
                throw e;
            }
            endCleanly(ticket, e);
        } catch (Rules.RefusedException | CancellationException e) {
            // All ranks have chosen the same codec, or cancelled, so all refuse it, before anything is written.
            endCleanly(ticket, e);
        } catch (RuntimeException | Error e) {
            // The other ranks are in the middle of the call, so this rank cannot go on as if nothing had been.
            ticket.fail(e);
            throw new TransportException("rank %d failed in %s: %s".formatted(group.rank(), run, e), e);
        }
        return true;
    }

    private void endCleanly(Ticket ticket, RuntimeException cause) {
        ticket.run().end();
        giveBack(ticket);
        ticket.fail(cause);
    }

    private void giveBack(Ticket ticket) {
        idleAgreements.add(ticket.run().agreement());
        if (!ticket.repeats()) {
            idleRuns.add(ticket.run());
        }
    }

    /** {@return whether no call is under way} */
    @Override
    public boolean isDone() {
        return underWay.isEmpty();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        CallRun oldest = underWay.getFirst().run();
        return oldest + ", " + oldest.waitingFor(ranks);
    }

    /**
     * Allocates memory that peers can read in place, if there can be any.
     *
     * @param bytes its size, at least 1
     * @return the memory, freed with the transport; null if there is none
     */
    public MemorySegment allocateShared(long bytes) {
        requireUsable();
        Transport transport = group.transport();
        if (transport.inPlace() == null || bytes > transport.maxMessageBytes()) {
            return null;
        }
        try {
            return transport.allocate(bytes).segment();
        } catch (TransportException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}; the vector is not in shared memory, collectives will copy it",
                    e.getMessage());
            return null;
        }
    }

    /** {@return the number of the next call} */
    public long nextOperation() {
        return operation;
    }

    /**
     * Goes on counting from another number.
     *
     * @param next the number of the next call
     */
    public void resumeAt(long next) {
        operation = next;
    }

    /** {@return whether a call has failed for good} */
    public boolean hasFailed() {
        return failure != null;
    }

    /** {@return what every later call throws; null if nothing has failed} */
    CollectiveException failure() {
        return failure;
    }

    /**
     * Fails for good, with all calls under way.
     *
     * @param cause what every later call throws; the first one counts
     */
    public void fail(CollectiveException cause) {
        if (failure == null) {
            failure = cause;
            group.transport().abort(cause.getMessage());
        }
        for (Ticket ticket : underWay) {
            if (!ticket.isDone()) {
                ticket.fail(failure);
            }
        }
        underWay.clear();
    }

    /** Gives the transport its memory back, where the transport outlives this engine; nothing can be posted any more. */
    void release() {
        released = true;
        if (failure == null) {
            idleAgreements.forEach(Agreement::close);
            idleAgreements.clear();
            group.completions().close();
            group.slots().close();
        }
    }

    /** Fails if calls are under way: who closes a communicator has not waited for them. */
    public void abandon() {
        if (!isDone()) {
            fail(new TransportException("rank %d closed its communicator when %s was under way; wait for its end first"
                    .formatted(group.rank(), underWay.getFirst().run())));
        }
    }

    private void requireUsable() {
        if (failure != null) {
            throw failure;
        }
        if (released) {
            throw new IllegalStateException("the communicator is closed: rank=" + group.rank());
        }
    }
}
