// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.CollectiveException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Outcome;
import org.bitreduce.TransportException;
import org.bitreduce.codec.Kernels;
import org.bitreduce.transport.Transport;

/**
 * Carries out calls, one after the other: a pass over the input, the agreement, the decision, and the schedules of the
 * mode. Confined to one thread at a time.
 */
public final class Engine {

    private final Transport transport;
    private final CommunicatorOptions options;
    private final Kernels kernels = Kernels.best();
    private final Scratch scratch = new Scratch();
    private final Channel channel;
    private final Driver driver;
    private final Planner planner;
    private final Input input;
    private final Agreement[] agreements;

    private long operation;
    private long calls;
    private CollectiveException failure;

    /**
     * Starts with operation 0.
     *
     * @param transport owned by the caller
     * @param options equal on all ranks
     */
    public Engine(Transport transport, CommunicatorOptions options) {
        this.transport = transport;
        this.options = options;
        this.channel = new Channel(transport, options.integrity());
        this.driver = new Driver(transport, options.deadline());
        this.planner = new Planner(channel, kernels, scratch, options);
        this.input = new Input(kernels, scratch);
        // Used in turn: what this rank published in one call may still be read by others when it begins the next.
        this.agreements = new Agreement[] {new Agreement(channel), new Agreement(channel)};
    }

    /**
     * Carries out one call.
     *
     * @param call with checked arguments
     * @return what was done
     * @throws CollectiveException see there which ones leave the engine usable
     */
    public Outcome run(Call call) {
        if (failure != null) {
            throw failure;
        }
        CallName description = new CallName(call, operation);
        try {
            return carryOut(call, description);
        } catch (CollectiveException e) {
            if (!e.isClean()) {
                fail(e);
            }
            throw e;
        } catch (Rules.RefusedException e) {
            // All ranks have chosen the same codec, so all refuse it, before anything is written.
            throw e;
        } catch (RuntimeException | Error e) {
            // The other ranks are in the middle of the call, so this rank cannot go on as if nothing had been.
            fail(new TransportException("rank %d failed in %s: %s".formatted(transport.rank(), description, e), e));
            throw e;
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

    private void fail(CollectiveException cause) {
        failure = cause;
        transport.abort(cause.getMessage());
    }

    private Outcome carryOut(Call call, CallName description) {
        long started = System.nanoTime();
        long bytesBefore = transport.traffic().sentBytes();
        long messagesBefore = transport.traffic().sentMessages();
        channel.beginCall(calls);
        readInput(call);

        Agreement agreement = agreements[(int) (calls++ & 1)];
        driver.run(agreement.whenIdle(), description);
        boolean inline = travelsInline(call);
        boolean sends = inline && (call.operation() != Operation.BROADCAST || call.root() == transport.rank());
        agreement.start(call, operation, options, input.statistics(), sends ? input.vector() : null);
        Decision decision;
        try {
            driver.run(agreement, description);
            agreement.check(options.nonFinite(), description);
            decision = Decision.of(call, agreement.statistics(operation, call.count()));
            Rules.check(call, decision.codec(), transport, options);
            channel.decided(call, decision);
            if (inline && decision.codec().isPlain()) {
                reduceInline(call, agreement);
            } else {
                runSchedules(call, decision, description);
            }
            if (decision.codec().isPlain() && call.options().residual() != null) {
                // It has been sent with the input, and nothing was dropped.
                call.options().residual().asSlice(0, call.inputBytes()).fill((byte) 0);
            }
        } finally {
            agreement.release();
            operation++;
        }
        return new Outcome(
                decision.codec(),
                decision.mode(),
                operation - 1,
                transport.traffic().sentBytes() - bytesBefore,
                transport.traffic().sentMessages() - messagesBefore,
                call.type() == ElementType.FLOAT ? decision.agreed().maxNorm() : Double.NaN,
                call.type() == ElementType.FLOAT ? decision.agreed().rmsNorm() : Double.NaN,
                relativeError(call, decision),
                channel.codecNanos(),
                System.nanoTime() - started);
    }

    private void readInput(Call call) {
        long started = System.nanoTime();
        boolean contributes = call.operation() != Operation.BROADCAST || call.root() == transport.rank();
        if (contributes && call.operation() != Operation.BARRIER) {
            input.read(call, options.nonFinite());
        } else {
            input.readNothing();
        }
        channel.countCodec(started);
    }

    private static boolean travelsInline(Call call) {
        return call.inputBytes() <= Agreement.INLINE_BYTES
                && call.count() > 0
                && call.operation() != Operation.REDUCE_SCATTER
                && call.chooser().prototype().isPlain();
    }

    /** The same arithmetic as the schedules', on vectors that have all come with the agreement. */
    private void reduceInline(Call call, Agreement agreement) {
        int size = transport.size();
        int rank = transport.rank();
        for (int source = 0; source < size; source++) {
            MemorySegment message = agreement.message(source);
            switch (call.operation()) {
                case ALL_REDUCE ->
                    new PlainReduction(
                                    kernels,
                                    call.type(),
                                    call.reduction(),
                                    size,
                                    rank,
                                    input.vector(),
                                    call.output(),
                                    0)
                            .combine(source, 0, call.count(), message, Agreement.vectorOffset());
                case ALL_GATHER ->
                    MemorySegment.copy(
                            message,
                            Agreement.vectorOffset(),
                            call.output(),
                            source * call.inputBytes(),
                            call.inputBytes());
                default -> {
                    if (source == call.root()) {
                        MemorySegment.copy(message, Agreement.vectorOffset(), call.output(), 0, call.inputBytes());
                    }
                }
            }
        }
    }

    private void runSchedules(Call call, Decision decision, CallName description) {
        Schedule scales = planner.agreeOnScales(call, decision, input);
        if (scales != null) {
            driver.run(scales, description);
        }
        Schedule schedule = planner.plan(call, decision, input, operation);
        if (schedule != null) {
            driver.run(schedule, description);
        }
    }

    private double relativeError(Call call, Decision decision) {
        Codec codec = decision.codec();
        double squares = input.statistics().sumOfSquares;
        if (codec.isPlain() || squares == 0) {
            return 0;
        }
        return Math.sqrt(
                new Quantizer(kernels, codec).expectedSquaredError(input.norms(call, codec), call.count(), squares)
                        / squares);
    }
}
