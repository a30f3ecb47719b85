// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Outcome;
import org.bitreduce.transport.InPlaceMemory;

/**
 * One call under way, from the pass over the input to the outcome: the agreement, the decision, and the schedules of the
 * mode. Used for one call after another; what a call needs is kept for the next.
 */
final class CallRun implements Schedule {

    private enum Phase {
        IDLE,
        /** Posted; or the record published two calls ago has not been read by all yet. */
        POSTED,
        AGREEING,
        AGREEING_ON_SCALES,
        EXCHANGING
    }

    /** One per width and more: what a controller may ask for again. */
    private static final int MOST_PLANS = 32;

    private final Group group;
    private final Channel channel;
    private final Scratch scratch;
    private final Input input;
    private final Planner planner;
    private final Decision decision = new Decision();
    /** Of the call that is carried out again and again, one per decision. */
    private final List<Plan> plans = new ArrayList<>();

    private Phase phase = Phase.IDLE;
    private Call call;
    private long operation;
    private Agreement agreement;
    private boolean cancelled;
    private boolean decided;
    /** How the vector travels with the agreement; DIRECT if it does not. */
    private Algorithm early;

    /** Of the vector, where each owner gets its own early; else null. */
    private Partition parts;

    /** What {@link #early} and {@link #parts} hold for; null for a new call. */
    private Codec earlyFor;

    private Plan plan;
    private Schedule schedule;
    private double relativeError;
    private long startNanos;
    private long totalNanos;
    private Algorithm algorithm;

    CallRun(Group group) {
        this.group = group;
        this.channel = new Channel(group);
        this.scratch = new Scratch();
        this.input = new Input(group, scratch);
        this.planner = new Planner(channel, group, scratch, this::agreement);
    }

    /**
     * Takes a call; nothing of it is read or sent before the first {@link #advance()}.
     *
     * @param next its arguments are checked
     * @param again whether it {@linkplain Call#repeats repeats} the one before
     * @param number its operation number
     * @param serial how many calls there were before
     * @param round opens it
     */
    void post(Call next, boolean again, long number, long serial, Agreement round) {
        if (!again) {
            plans.clear();
            earlyFor = null;
        }
        phase = Phase.POSTED;
        call = next;
        operation = number;
        agreement = round;
        cancelled = false;
        decided = false;
        startNanos = System.nanoTime();
        group.meter().reached(Milestone.POSTED);
        channel.beginCall(serial);
    }

    /** {@return whether the ranks have agreed on this call and chosen its codec, or it is over} */
    boolean isDecided() {
        return decided || isDone();
    }

    /** {@return whether nothing of the call has been sent} */
    boolean isOnlyPosted() {
        return phase == Phase.POSTED;
    }

    /** Tells all ranks in the agreement that this rank gives the call up, so that it fails on all of them. */
    void cancel() {
        cancelled = true;
    }

    /** {@return what opened the call, to be used again} */
    Agreement agreement() {
        return agreement;
    }

    /** {@return whether there was a call} */
    boolean hasRun() {
        return call != null;
    }

    /** {@return whether the call before was the same, so that its plans hold for this one} */
    boolean lastWas(Call next) {
        return next.repeats(call);
    }

    /** {@return what was done, of a call that has succeeded} */
    Outcome outcome() {
        boolean floats = call.type() == ElementType.FLOAT
                || call.isDouble() && !call.chooser().prototype().isPlain();
        return new Outcome(
                decision.codec(),
                decision.mode(),
                operation,
                channel.sentBytes(),
                channel.sentMessages(),
                floats ? decision.maxNorm() : Double.NaN,
                floats ? decision.rmsNorm() : Double.NaN,
                relativeError,
                channel.codecNanos(),
                totalNanos,
                algorithm);
    }

    /** {@return the call, for messages} */
    @Override
    public String toString() {
        return "%s %d of %d %s elements%s"
                .formatted(
                        call.operation(),
                        operation,
                        call.count(),
                        call.type(),
                        group.transport().group());
    }

    @Override
    public boolean isDone() {
        return phase == Phase.IDLE;
    }

    @Override
    public boolean advance() {
        return switch (phase) {
            case IDLE -> false;
            case POSTED -> begin();
            case AGREEING -> agree();
            case AGREEING_ON_SCALES, EXCHANGING -> exchange();
        };
    }

    private boolean begin() {
        if (!agreement.isIdle()) {
            return false;
        }
        Codec prototype = call.chooser().prototype();
        if (!prototype.equals(earlyFor)) {
            early = planner.early(call, prototype);
            earlyFor = prototype;
            parts = early == Algorithm.EAGER ? planner.owners(call) : null;
        }
        readInput();
        boolean sends = !cancelled && early != Algorithm.DIRECT && contributes();
        agreement.start(channel, call, operation, cancelled, input, sends ? input.vector() : null, parts);
        phase = Phase.AGREEING;
        return true;
    }

    private void readInput() {
        long started = System.nanoTime();
        if (contributes() && !cancelled) {
            input.read(call, group.options().nonFinite());
        } else {
            input.readNothing();
        }
        channel.countCodec(started);
        InPlaceMemory memory = group.transport().inPlace();
        boolean read = early == Algorithm.DIRECT && call.mayReadInPlace(); // what travels is not fetched
        if (memory != null && !group.options().integrity() && read) {
            input.locate(call, memory);
        }
    }

    private boolean contributes() {
        return call.contributes(group.rank());
    }

    private boolean agree() {
        boolean moved = agreement.advance();
        if (!agreement.isDone()) {
            return moved;
        }
        agreement.check(group.options().nonFinite(), this);
        if (cancelled) {
            throw new CancellationException(this + " was cancelled on all ranks");
        }
        if (early != Algorithm.DIRECT) {
            long elements = early == Algorithm.EAGER ? parts.length(group.rank()) : call.count();
            agreement.requireElements(call, elements * call.type().bytes());
        }
        decision.make(call, operation, agreement);
        Rules.check(call, decision.codec(), group.transport(), group.options());
        decided = true;
        group.meter().reached(Milestone.AGREED);
        channel.decided(call, decision);
        plan = chosenPlan();
        algorithm = plan.algorithm();
        follow(Phase.AGREEING_ON_SCALES, plan.scales());
        if (early != Algorithm.DIRECT) {
            exchange(); // with what has come
        }
        return true;
    }

    private boolean exchange() {
        boolean moved = schedule.advance();
        if (!schedule.isDone()) {
            return moved;
        }
        if (phase == Phase.AGREEING_ON_SCALES) {
            follow(Phase.EXCHANGING, plan.exchange());
        } else {
            finish();
        }
        return true;
    }

    private Plan chosenPlan() {
        for (int i = 0; i < plans.size(); i++) {
            Plan known = plans.get(i);
            if (known.early() == early && known.fits(call, decision, input, agreement)) {
                known.restart(group.options().seed(), operation, call.options().stream());
                return known;
            }
        }
        Plan fresh = planner.plan(call, decision, input, operation, early);
        if (plans.size() == MOST_PLANS) {
            plans.removeFirst();
        }
        plans.add(fresh);
        return fresh;
    }

    /** Goes on with a phase, or with the next one if there is nothing to do in this one. */
    private void follow(Phase next, Schedule nextSchedule) {
        phase = next;
        schedule = nextSchedule;
        if (schedule == null && next == Phase.AGREEING_ON_SCALES) {
            follow(Phase.EXCHANGING, plan.exchange());
        } else if (schedule == null) {
            finish();
        }
    }

    private void finish() {
        if (decision.codec().isPlain() && call.options().residual() != null) {
            // It has been sent with the input, and nothing was dropped.
            call.options().residual().asSlice(0, call.inputBytes()).fill((byte) 0);
        }
        relativeError = expectedError();
        totalNanos = System.nanoTime() - startNanos;
        group.meter().reached(Milestone.ENDED);
        end();
    }

    /** Ends the call, with its outcome or because it has failed on all ranks alike. */
    void end() {
        agreement.release();
        phase = Phase.IDLE;
        schedule = null;
        plan = null;
    }

    private double expectedError() {
        if (plan != null && plan.error() != null) {
            return plan.error().getAsDouble();
        }
        Codec codec = decision.codec();
        double squares = input.statistics().sumOfSquares;
        if (codec.isPlain() || squares == 0) {
            return 0;
        }
        return Math.sqrt(
                new Quantizer(group.kernels(), codec).expectedSquaredError(input.scaleSquares(call, codec), squares)
                        / squares);
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return switch (phase) {
            case POSTED -> agreement.waitingForIdle(ranks);
            case AGREEING -> agreement.waitingFor(ranks);
            default -> schedule.waitingFor(ranks);
        };
    }
}
