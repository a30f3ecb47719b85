// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GridTest {

    static IntStream sizes() {
        return IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(1000, 1023, 1025));
    }

    /** From each row, every rank is served by exactly one rank, the one that the grid names. */
    @ParameterizedTest
    @MethodSource("sizes")
    void everyRowServesEveryRankOnce(int size) {
        Grid grid = Grid.square(size);
        int[] servedFrom = new int[size];
        for (int rank = 0; rank < size; rank++) {
            for (int other : grid.served(rank)) {
                assertEquals(rank, other == rank ? rank : grid.server(grid.row(rank), grid.column(other)));
                servedFrom[other]++;
            }
            assertEquals(grid.length(grid.row(rank)) - 1, grid.mates(rank).length);
            int messages = grid.mates(rank).length + grid.targets(rank).length;
            assertTrue(messages <= size - 1, "more than a direct exchange: " + messages);
        }
        assertTrue(Arrays.stream(servedFrom).allMatch(times -> times == grid.rows()));
    }
}
