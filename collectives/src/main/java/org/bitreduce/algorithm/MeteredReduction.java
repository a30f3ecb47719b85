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
record MeteredReduction(ReduceArithmetic arithmetic, WorkMeter meter, int elementBytes) implements ReduceArithmetic {

    @Override
    public long contributionBytes(long count) {
        return arithmetic.contributionBytes(count);
    }

    @Override
    public void contribute(long first, long count, MemorySegment message, long payload) {
        if (meter.spend(Work.CONTRIBUTE, count * elementBytes)) {
            arithmetic.contribute(first, count, message, payload);
            meter.done(Work.CONTRIBUTE, count * elementBytes);
        }
    }

    @Override
    public void combine(Sources messages, int from, int to, long first, long count, long payload) {
        long bytes = (to - from) * count * elementBytes;
        if (meter.spend(Work.COMBINE, bytes)) {
            arithmetic.combine(messages, from, to, first, count, payload);
            meter.done(Work.COMBINE, bytes);
        }
    }
}
