// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.bitreduce.codec.Lanes.ABSOLUTE;
import static org.bitreduce.codec.Lanes.ALL_MEMORY;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;

/**
 * Counts whole blocks of 1-bit votes without unpacking them: every bit of a word is a counter's input, and a counter's
 * bits lie in as many words, so that one addition of words adds to 512 counters. Stateless; see {@link VectorQuantize} on
 * why the methods are as they are.
 */
final class VectorVotes {

    /** Planes that are kept in registers: counts of up to 15. */
    private static final int HELD = 4;

    private static final int PLANE_BYTES = LANES * Integer.BYTES;

    private VectorVotes() {}

    /**
     * Adds the votes of a block.
     *
     * @param sources located at the votes
     * @param offset of the block in each
     * @param keep -1 to add to what is there, 0 to set
     */
    static void add(
            Sources sources,
            int from,
            int to,
            long offset,
            int keep,
            MemorySegment counts,
            long countsOffset,
            int planes) {
        MemorySegment[] segments = sources.segments();
        long[] addresses = sources.addresses();
        MemorySegment output = memory(counts);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            long out = countsOffset + lane * 4L;
            for (int plane = HELD; plane < planes; plane++) {
                long at = out + (long) plane * PLANE_BYTES;
                IntVector.fromMemorySegment(INTS, output, at, LITTLE).and(keep).intoMemorySegment(output, at, LITTLE);
            }
            // Where there are fewer planes these read the lowest again, and nothing ever gets that far.
            long at1 = out + (planes > 1 ? 1L : 0) * PLANE_BYTES;
            long at2 = out + (planes > 2 ? 2L : 0) * PLANE_BYTES;
            long at3 = out + (planes > 3 ? 3L : 0) * PLANE_BYTES;
            IntVector count0 =
                    IntVector.fromMemorySegment(INTS, output, out, LITTLE).and(keep);
            IntVector count1 =
                    IntVector.fromMemorySegment(INTS, output, at1, LITTLE).and(keep);
            IntVector count2 =
                    IntVector.fromMemorySegment(INTS, output, at2, LITTLE).and(keep);
            IntVector count3 =
                    IntVector.fromMemorySegment(INTS, output, at3, LITTLE).and(keep);
            for (int s = from; s < to; s++) {
                MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[s];
                IntVector votes = IntVector.fromMemorySegment(INTS, input, addresses[s] + offset + lane * 4L, LITTLE);
                IntVector carry1 = count0.and(votes);
                count0 = count0.lanewise(XOR, votes);
                IntVector carry2 = count1.and(carry1);
                count1 = count1.lanewise(XOR, carry1);
                IntVector carry3 = count2.and(carry2);
                count2 = count2.lanewise(XOR, carry2);
                IntVector carry = count3.and(carry3);
                count3 = count3.lanewise(XOR, carry3);
                for (int plane = HELD; plane < planes; plane++) {
                    long at = out + (long) plane * PLANE_BYTES;
                    IntVector old = IntVector.fromMemorySegment(INTS, output, at, LITTLE);
                    old.lanewise(XOR, carry).intoMemorySegment(output, at, LITTLE);
                    carry = carry.and(old);
                }
            }
            if (planes > 3) {
                count3.intoMemorySegment(output, at3, LITTLE);
            }
            if (planes > 2) {
                count2.intoMemorySegment(output, at2, LITTLE);
            }
            if (planes > 1) {
                count1.intoMemorySegment(output, at1, LITTLE);
            }
            count0.intoMemorySegment(output, out, LITTLE);
        }
    }

    /** Decides a block: compares all counts with half the ranks, a plane at a time from the highest. */
    static void decide(
            MemorySegment counts, long countsOffset, int planes, int ranks, MemorySegment packed, long packedOffset) {
        MemorySegment input = memory(counts);
        MemorySegment output = memory(packed);
        int half = ranks / 2;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector more = IntVector.zero(INTS);
            IntVector equal = IntVector.broadcast(INTS, -1);
            for (int plane = planes - 1; plane >= 0; plane--) {
                int bit = -(half >>> plane & 1);
                IntVector count = IntVector.fromMemorySegment(
                        INTS, input, countsOffset + (long) plane * PLANE_BYTES + lane * 4L, LITTLE);
                more = more.or(equal.and(count).and(~bit));
                equal = equal.and(count.lanewise(XOR, ~bit));
            }
            long out = packedOffset + lane * 4L;
            if (ranks % 2 == 1) {
                more.intoMemorySegment(output, out, LITTLE);
                continue;
            }
            for (int part = 0; part < 2; part++) {
                // Half the rows, their ties in the low bits; then bit by bit, as cards are shuffled.
                int shift = 16 * part;
                IntVector pairs = more.lanewise(LSHR, shift)
                        .lanewise(LSHL, 16)
                        .or(equal.lanewise(LSHR, shift).and(0xffff));
                IntVector moved = pairs.lanewise(XOR, pairs.lanewise(LSHR, 8)).and(0x0000ff00);
                pairs = pairs.lanewise(XOR, moved).lanewise(XOR, moved.lanewise(LSHL, 8));
                moved = pairs.lanewise(XOR, pairs.lanewise(LSHR, 4)).and(0x00f000f0);
                pairs = pairs.lanewise(XOR, moved).lanewise(XOR, moved.lanewise(LSHL, 4));
                moved = pairs.lanewise(XOR, pairs.lanewise(LSHR, 2)).and(0x0c0c0c0c);
                pairs = pairs.lanewise(XOR, moved).lanewise(XOR, moved.lanewise(LSHL, 2));
                moved = pairs.lanewise(XOR, pairs.lanewise(LSHR, 1)).and(0x22222222);
                pairs = pairs.lanewise(XOR, moved).lanewise(XOR, moved.lanewise(LSHL, 1));
                pairs.intoMemorySegment(output, out + (long) part * PLANE_BYTES, LITTLE);
            }
        }
    }
}
