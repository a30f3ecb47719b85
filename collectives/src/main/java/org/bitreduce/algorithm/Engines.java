// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.CollectiveException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.transport.Transport;

/**
 * The engines over one transport, which move together. What fails one of them for good fails all: they share the transport.
 * Not thread-safe: guarded by whoever drives them.
 */
final class Engines {

    private final WorkMeter meter;
    private final List<Engine> engines = new ArrayList<>();

    /**
     * Begins with none.
     *
     * @param meter told of all work with numbers
     */
    Engines(WorkMeter meter) {
        this.meter = meter;
    }

    /**
     * Adds a new engine.
     *
     * @param group the transport, or a group of its ranks
     * @param options equal on all ranks
     * @return the engine
     * @throws CollectiveException if the transport has failed
     */
    Engine attach(Transport group, CommunicatorOptions options) {
        CollectiveException failure = failure();
        if (failure != null) {
            throw failure;
        }
        Engine engine = new Engine(group, options, meter);
        engines.add(engine);
        return engine;
    }

    /**
     * Lets an engine go. If calls of it are still under way, all engines fail.
     *
     * @param engine from {@link #attach}
     */
    void detach(Engine engine) {
        engine.abandon();
        failAllWithOne();
        engine.release();
        engines.remove(engine);
    }

    /** One step of everything that is under way. {@return whether anything was done} */
    boolean progress() {
        if (engines.size() == 1) {
            return engines.getFirst().progress();
        }
        boolean moved = false;
        int busy = 0;
        Engine last = null;
        for (int i = 0; i < engines.size(); i++) {
            Engine engine = engines.get(i);
            boolean stepped = engine.step();
            if (!engine.isDone()) {
                busy++;
                last = engine;
                engine.watch(stepped);
            }
            moved |= stepped;
        }
        if (last != null && !last.hasFailed()) {
            boolean arrived = last.move();
            // Of several groups nobody can tell whose message has moved: only a step counts against the deadline.
            if (arrived && busy == 1) {
                last.watch(true);
            }
            moved |= arrived;
        }
        failAllWithOne();
        return moved;
    }

    /**
     * Lets some time pass; see {@link Engine#rest}.
     *
     * @param engine whose call is waited for
     */
    void rest(Engine engine) {
        engine.rest();
        failAllWithOne();
    }

    /**
     * Gives a call up; see {@link Engine#cancel}.
     *
     * @param ticket of a posted call
     */
    void cancel(Ticket ticket) {
        ticket.engine().cancel(ticket);
        failAllWithOne();
    }

    /** Fails all engines if calls of any are under way. */
    void abandon() {
        engines.forEach(Engine::abandon);
        failAllWithOne();
    }

    private void failAllWithOne() {
        CollectiveException failure = failure();
        for (int i = 0; failure != null && i < engines.size(); i++) {
            engines.get(i).fail(failure);
        }
    }

    private CollectiveException failure() {
        for (int i = 0; i < engines.size(); i++) {
            if (engines.get(i).hasFailed()) {
                return engines.get(i).failure();
            }
        }
        return null;
    }

    /** {@return whether a call has failed for good} */
    boolean hasFailed() {
        return failure() != null;
    }

    /** {@return whether no call is under way} */
    boolean isIdle() {
        for (int i = 0; i < engines.size(); i++) {
            if (!engines.get(i).isDone()) {
                return false;
            }
        }
        return true;
    }
}
