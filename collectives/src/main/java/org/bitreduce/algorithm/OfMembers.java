// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.Arrays;

/**
 * A schedule among the members of a channel, as the group sees it.
 *
 * @param schedule names members
 * @param channel knows their ranks
 */
record OfMembers(Schedule schedule, Channel channel) implements Schedule {

    @Override
    public boolean advance() {
        return schedule.advance();
    }

    @Override
    public void restart() {
        schedule.restart();
    }

    @Override
    public boolean isDone() {
        return schedule.isDone();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        boolean[] members = new boolean[channel.size()];
        String phase = schedule.waitingFor(members);
        Arrays.fill(ranks, false);
        for (int member = 0; member < members.length; member++) {
            ranks[channel.rankOf(member)] = members[member];
        }
        return phase;
    }
}
