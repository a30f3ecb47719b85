// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.codec.Doubles;

/** A communicator's memory for scales and the like: native, grown when a call needs more, never shrunk; freed with it. */
final class Scratch {

    private final Area norms = new Area();
    private final Area partNorms = new Area();
    private final Area sums = new Area();
    private final Area sumNorms = new Area();
    private final Area vector = new Area();
    private final Area allNorms = new Area();
    private final Area allVectors = new Area();
    private final Area message = new Area();
    private final Area stripe = new Area();
    private final Area part = new Area();
    private final MemorySegment unitNorm = Arena.ofAuto().allocate(64, 64);

    Scratch() {
        unitNorm.set(ValueLayout.JAVA_FLOAT, 0, 1);
    }

    /** {@return room for the scales of the input} */
    MemorySegment norms(long bytes) {
        return norms.atLeast(bytes);
    }

    /** {@return room for the scales of a part} */
    MemorySegment partNorms(long bytes) {
        return partNorms.atLeast(bytes);
    }

    /** {@return room for the scales of sums over a host} */
    MemorySegment sumNorms(long bytes) {
        return sumNorms.atLeast(bytes);
    }

    /** {@return room for the scales of all ranks' inputs} */
    MemorySegment allNorms(long bytes) {
        return allNorms.atLeast(bytes);
    }

    /** {@return room for copies of all ranks' inputs} */
    MemorySegment allVectors(long bytes) {
        return allVectors.atLeast(bytes);
    }

    /** {@return room for a message that stays here} */
    MemorySegment message(long bytes) {
        return message.atLeast(bytes);
    }

    /** {@return room for what a part's codes add up to, packed} */
    MemorySegment sums(long bytes) {
        return sums.atLeast(bytes);
    }

    /** {@return room for the sums of a part whose result another rank gets} */
    MemorySegment part(long bytes) {
        return part.atLeast(bytes);
    }

    /** {@return room for a copy of the input} */
    MemorySegment vector(long bytes) {
        return vector.atLeast(bytes);
    }

    /** {@return room for the floats of {@link Doubles#STRIPE} elements} */
    MemorySegment stripe() {
        return stripe.atLeast(Doubles.STRIPE * (long) Float.BYTES);
    }

    /** {@return one float, 1: the scale of votes} */
    MemorySegment unitNorm() {
        return unitNorm;
    }

    private static final class Area {

        private MemorySegment segment = MemorySegment.NULL;

        MemorySegment atLeast(long bytes) {
            if (segment.byteSize() < bytes || segment.byteSize() == 0) {
                segment = Arena.ofAuto().allocate(Math.max(64, Quantizer.align(bytes)), 64);
            }
            return segment;
        }
    }
}
