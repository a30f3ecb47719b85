// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** Two schedules at once, the first one's results feeding the second. */
record Both(Schedule first, Schedule second) implements Schedule {

    @Override
    public boolean advance() {
        boolean moved = first.advance();
        moved |= second.advance();
        return moved;
    }

    @Override
    public void restart() {
        first.restart();
        second.restart();
    }

    @Override
    public boolean isDone() {
        return first.isDone() && second.isDone();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return first.isDone() ? second.waitingFor(ranks) : first.waitingFor(ranks);
    }
}
