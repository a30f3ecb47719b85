// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.frame.FrameHeader;

/**
 * Ends calls that read and write other ranks' vectors where they lie: no rank returns from one before all have done what
 * they had to do there. Calls under way together end in the order in which they were agreed on, so one board serves all.
 */
final class Completions {

    private BoardRecords records;
    private long taken;
    private long ended;
    private boolean shown;

    /**
     * {@return some work in others' memory, and the wait for all ranks' being done with theirs} To be asked for once per
     * agreement, on all ranks.
     *
     * @param group whose ranks share memory, the same every time
     * @param channel of all ranks
     * @param work is done when this rank has read and written all that it has to
     */
    Schedule after(Group group, Channel channel, Schedule work) {
        if (records == null) {
            records = new BoardRecords(group, FrameHeader.BYTES, Stage.COMPLETION);
        }
        return new Sequence(work, () -> {}, new Turn(channel));
    }

    /** Leaves the board. */
    void close() {
        if (records != null) {
            records.close();
        }
    }

    /** The end of one call. */
    private final class Turn implements Schedule {

        private final Channel channel;
        private long number;

        Turn(Channel channel) {
            this.channel = channel;
            this.number = taken++;
        }

        @Override
        public void restart() {
            number = taken++;
        }

        @Override
        public boolean advance() {
            if (number != ended) {
                return false;
            }
            boolean showing = !shown;
            if (showing) {
                records.own();
                records.start(channel, 0);
                shown = true;
            }
            boolean moved = records.advance();
            if (records.isDone()) {
                shown = false;
                ended++;
            }
            return showing || moved;
        }

        @Override
        public boolean isDone() {
            return number < ended;
        }

        @Override
        public String waitingFor(boolean[] ranks) {
            return shown ? records.waitingFor(ranks) : Stage.name(Stage.COMPLETION);
        }
    }
}
