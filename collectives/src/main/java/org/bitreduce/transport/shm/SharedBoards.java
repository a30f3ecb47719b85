// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bitreduce.transport.TrafficCounter;

/** The boards of one rank. Confined like its transport. */
final class SharedBoards {

    private final BufferPool pool;
    private final SharedPlaces places;
    private final Bells bells;
    private final TrafficCounter traffic;
    private final IntFunction<String> names;
    private final List<SharedBoard> open = new ArrayList<>();
    /** Left by this rank, but maybe not by others, who may still read its last record. */
    private final List<SharedBoard> retired = new ArrayList<>();

    /** Begins without boards. {@code names} describes ranks for people. */
    SharedBoards(BufferPool pool, SharedPlaces places, Bells bells, TrafficCounter traffic, IntFunction<String> names) {
        this.pool = pool;
        this.places = places;
        this.bells = bells;
        this.traffic = traffic;
        this.names = names;
    }

    SharedBoard make(int[] ranks, int self, long recordBytes) {
        freeRetired();
        SharedBoard board = new SharedBoard(this, ranks, self, recordBytes);
        open.add(board);
        return board;
    }

    /** Looks for records on all boards. {@return whether there was any} */
    boolean poll() {
        boolean worked = false;
        for (int i = 0; i < open.size(); i++) {
            worked |= open.get(i).poll();
        }
        return worked;
    }

    /** {@return whether this rank waits for a record of a rank} */
    boolean areWaitingFor(int rank) {
        return open.stream().anyMatch(board -> (board.missing() & 1L << rank) != 0);
    }

    /** {@return the ranks whose records this rank waits for, one bit each; 0 if it does on several boards} */
    long missing() {
        long all = 0;
        for (int i = 0; i < open.size(); i++) {
            long missing = open.get(i).missing();
            if (missing != 0 && all != 0) {
                return 0;
            }
            all |= missing;
        }
        return all;
    }

    void retire(SharedBoard board) {
        open.remove(board);
        retired.add(board);
        freeRetired();
    }

    void freeRetired() {
        retired.removeIf(SharedBoard::free);
    }

    void ring(SharedBoard board) {
        bells.ringAll(board.peers());
    }

    /** {@return memory of a peer, to be written, too} */
    MemorySegment view(int rank, long place, long bytes) {
        return places.view(rank, place, bytes);
    }

    /** {@return a run of a peer's memory, to be read only} The same one makes no garbage. */
    MemorySegment record(int rank, long place, long bytes) {
        return places.message(rank, place, bytes);
    }

    String named(int rank) {
        return names.apply(rank);
    }

    BufferPool pool() {
        return pool;
    }

    SharedPlaces places() {
        return places;
    }

    TrafficCounter traffic() {
        return traffic;
    }
}
