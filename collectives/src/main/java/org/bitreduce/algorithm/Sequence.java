// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** One schedule, then something to compute, then another schedule. */
final class Sequence implements Schedule {

    private final Schedule first;
    private final Runnable between;
    private final Schedule second;
    private boolean started;

    /**
     * Prepares.
     *
     * @param between what the second schedule needs of the first one's results
     * @param second null for none
     */
    Sequence(Schedule first, Runnable between, Schedule second) {
        this.first = first;
        this.between = between;
        this.second = second;
    }

    @Override
    public boolean advance() {
        if (!started) {
            boolean moved = first.advance();
            if (!first.isDone()) {
                return moved;
            }
            between.run();
            started = true;
            return true;
        }
        return second != null && second.advance();
    }

    @Override
    public void restart() {
        first.restart();
        if (second != null) {
            second.restart();
        }
        started = false;
    }

    @Override
    public boolean isDone() {
        return started && (second == null || second.isDone());
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return started && second != null ? second.waitingFor(ranks) : first.waitingFor(ranks);
    }
}
