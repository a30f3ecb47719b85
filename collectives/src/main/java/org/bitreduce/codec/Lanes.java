// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of the kernels: what the CPU prefers, but 4, 8 or 16 lanes of 32 bits, so that a row of {@link
 * PackedLayout#LANES} lanes is a whole number of vectors. Constants, so that C2 folds them.
 */
final class Lanes {

    static final VectorSpecies<Float> FLOATS = species();
    static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    /** Lanes of 32 bits per vector. */
    static final int LENGTH = FLOATS.length();

    /** Vectors per row. */
    static final int GROUPS = PackedLayout.LANES / LENGTH;

    /** 0, 1, 2, … */
    static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /**
     * Whether vectors are read and written at absolute addresses, through one segment that is all memory. To C2 that
     * segment is a constant. A segment that comes as an argument is known by its class alone, and only as long as no
     * one in this JVM has used the Vector API with memory of another class, mapped rather than allocated: then every
     * access costs calls and barriers, and some kernels ran at a tenth of their speed. It takes the permission for
     * native access; without it, segments are used as they come.
     */
    static final boolean ABSOLUTE = Lanes.class.getModule().isNativeAccessEnabled();

    /** The segment that is all memory, where {@link #ABSOLUTE}. */
    static final MemorySegment ALL_MEMORY = ABSOLUTE ? allMemory() : MemorySegment.NULL;

    private Lanes() {}

    @SuppressWarnings("restricted")
    private static MemorySegment allMemory() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** {@return the segment in which what {@link #at} returned is an offset} */
    static MemorySegment memory(MemorySegment segment) {
        return ABSOLUTE ? ALL_MEMORY : segment;
    }

    /**
     * Checks what vectors would be checked for one by one: that the range is in the segment, which is alive and this
     * thread's.
     *
     * @return where it begins in {@link #memory}
     */
    static long at(MemorySegment segment, long offset, long bytes) {
        if (!ABSOLUTE || bytes == 0) {
            return offset;
        }
        segment.get(ValueLayout.JAVA_BYTE, offset);
        segment.get(ValueLayout.JAVA_BYTE, offset + bytes - 1);
        return segment.address() + offset;
    }

    /** {@return whether vectors may read a segment; what is on the heap is copied, a block at a time} */
    static boolean canRead(MemorySegment segment) {
        return segment.isNative();
    }

    /** {@return whether vectors may write a segment; if not, copying there throws what is to be thrown} */
    static boolean canWrite(MemorySegment segment) {
        return segment.isNative() && !segment.isReadOnly();
    }

    private static VectorSpecies<Float> species() {
        int bits = Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    /**
     * Keeps two segments of an automatic arena from being freed before their addresses were last used. Not in a finally
     * block, because nothing throws once {@link #at} has passed.
     */
    @SuppressWarnings("ReachabilityFenceUsage")
    static void keepAlive(MemorySegment first, MemorySegment second) {
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
    }
}
