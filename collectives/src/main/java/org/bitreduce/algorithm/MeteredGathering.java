// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Sources;

/**
 * An arithmetic whose work is metered.
 *
 * @param arithmetic does the work
 * @param meter is told of it
 * @param elementBytes bytes of an element
 */
record MeteredGathering(GatherArithmetic arithmetic, WorkMeter meter, int elementBytes) implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return arithmetic.resultBytes(count);
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        if (meter.spend(Work.FINISH, count * elementBytes)) {
            arithmetic.finish(first, count, message, payload);
            meter.done(Work.FINISH, count * elementBytes);
        }
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        if (meter.spend(Work.DELIVER, count * elementBytes)) {
            arithmetic.deliver(owner, first, count, message, payload);
            meter.done(Work.DELIVER, count * elementBytes);
        }
    }

    @Override
    public void deliverAll(Sources messages, int from, int to, long first, long count, long payload) {
        long bytes = (to - from) * count * elementBytes;
        if (meter.spend(Work.DELIVER, bytes)) {
            arithmetic.deliverAll(messages, from, to, first, count, payload);
            meter.done(Work.DELIVER, bytes);
        }
    }
}
