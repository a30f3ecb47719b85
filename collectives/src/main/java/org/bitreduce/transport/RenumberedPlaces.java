// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Memory that ranks read in place, where they go by other numbers than in the transport that has it. Confined like that. */
public final class RenumberedPlaces implements InPlaceMemory {

    private final InPlaceMemory memory;
    private final int[] numbers;

    /**
     * Keeps both.
     *
     * @param memory whose ranks have numbers of their own
     * @param numbers those, by rank here
     */
    public RenumberedPlaces(InPlaceMemory memory, int[] numbers) {
        this.memory = memory;
        this.numbers = numbers.clone();
    }

    @Override
    public long locate(MemorySegment own) {
        return memory.locate(own);
    }

    @Override
    public MemorySegment view(int peer, long place, long bytes) {
        return memory.view(numbers[peer], place, bytes);
    }

    @Override
    public void countRead(long bytes) {
        memory.countRead(bytes);
    }

    @Override
    public Board board(int[] members, long recordBytes) {
        return memory.board(Arrays.stream(members).map(rank -> numbers[rank]).toArray(), recordBytes);
    }
}
