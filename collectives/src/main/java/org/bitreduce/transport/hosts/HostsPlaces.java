// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.transport.Board;
import org.bitreduce.transport.InPlaceMemory;

/** Vectors of this host's ranks. */
final class HostsPlaces implements InPlaceMemory {

    private final InPlaceMemory near;
    private final int[] numbers;

    /**
     * Keeps both.
     *
     * @param near of the ranks of this host
     * @param numbers of those ranks on it, by rank
     */
    HostsPlaces(InPlaceMemory near, int[] numbers) {
        this.near = near;
        this.numbers = numbers;
    }

    @Override
    public long locate(MemorySegment own) {
        return near.locate(own);
    }

    @Override
    public MemorySegment view(int peer, long place, long bytes) {
        return near.view(numbers[peer], place, bytes);
    }

    @Override
    public void countRead(long bytes) {
        near.countRead(bytes);
    }

    @Override
    public Board board(int[] members, long recordBytes) {
        return near.board(Arrays.stream(members).map(rank -> numbers[rank]).toArray(), recordBytes);
    }
}
