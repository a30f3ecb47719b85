// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Outcome;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Engine;
import org.bitreduce.algorithm.Ticket;
import org.bitreduce.algorithm.Work;
import org.bitreduce.algorithm.WorkMeter;

/** One rank: its engine, and how far its own time has gone. Works, or waits to be woken. */
final class SimulatedRank implements WorkMeter {

    private final VirtualClock clock;
    private final double[] picosPerByte;
    private final boolean data;
    private final WorkMeter observer;
    private final Engine engine;
    private long time;
    private long readPicos;
    private boolean scheduled;
    private Ticket ticket;
    private long agreedAt = -1;
    private long endedAt = -1;

    SimulatedRank(
            VirtualClock clock,
            SimulatedNetwork network,
            int rank,
            WorkRates rates,
            boolean data,
            WorkMeter observer,
            CommunicatorOptions options) {
        this.clock = clock;
        this.picosPerByte = rates.byOrdinal();
        this.data = data;
        this.observer = observer;
        this.engine = new Engine(new SimulatedTransport(network, this, rank), options, this);
    }

    /** Posts a call, and begins it now. */
    void post(Call call) {
        ticket = engine.post(call);
        readPicos = 0;
        agreedAt = -1;
        endedAt = -1;
        wake();
    }

    /** {@return this rank's own time, which is ahead of the clock while it works} */
    long time() {
        return Math.max(time, clock.now());
    }

    void spendPicos(long picos) {
        time = time() + picos;
    }

    @Override
    public boolean hasData() {
        return data;
    }

    @Override
    public boolean spend(Work work, long bytes) {
        long picos = Math.round(picosPerByte[work.ordinal()] * bytes);
        readPicos += work == Work.READ ? picos : 0;
        spendPicos(picos);
        return data && observer.spend(work, bytes);
    }

    @Override
    public void done(Work work, long bytes) {
        observer.done(work, bytes);
    }

    /** Goes on as soon as this rank's time allows. */
    void wake() {
        if (!scheduled) {
            scheduled = true;
            clock.at(time(), this::step);
        }
    }

    private void step() {
        scheduled = false;
        boolean moved = engine.progress();
        if (agreedAt < 0 && ticket.isDecided()) {
            agreedAt = time();
        }
        if (endedAt < 0 && ticket.isDone()) {
            endedAt = time();
        }
        if (moved) {
            wake();
        }
    }

    boolean isDone() {
        return endedAt >= 0;
    }

    /** {@return what the call did; throws what it threw} */
    Outcome outcome() {
        return ticket.outcome();
    }

    /** {@return when the ranks had agreed on the call, as this rank found} */
    long agreedAt() {
        return agreedAt;
    }

    /** {@return when the call was over on this rank} */
    long endedAt() {
        return endedAt;
    }

    /** {@return how long the pass over the input took} */
    long readPicos() {
        return readPicos;
    }
}
