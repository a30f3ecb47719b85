// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.Arrays;

/**
 * Ranks in rows: rank {@code r} stands in row {@code r / columns}, column {@code r % columns}. The last row may be short;
 * for the places it lacks its ranks stand in, in turn, so that every row is present in every column.
 *
 * @param ranks how many there are, at least 1
 * @param columns ranks per row, at least 1
 */
record Grid(int ranks, int columns) {

    /** {@return the grid with the fewest messages per rank: as many columns as rows, as nearly as can be} */
    static Grid square(int ranks) {
        return new Grid(ranks, (int) Math.ceil(Math.sqrt(ranks)));
    }

    int rows() {
        return Math.ceilDiv(ranks, columns);
    }

    int row(int rank) {
        return rank / columns;
    }

    int column(int rank) {
        return rank % columns;
    }

    /** {@return the number of ranks in a row} */
    int length(int row) {
        return Math.min(columns, ranks - row * columns);
    }

    /** {@return the first rank of a row} */
    int first(int row) {
        return row * columns;
    }

    /** {@return the rank that serves a place of a row: the one that stands there, or stands in for it} */
    int server(int row, int column) {
        return first(row) + column % length(row);
    }

    /** {@return the other ranks of a rank's row, beginning with its right neighbour} */
    int[] mates(int rank) {
        int length = length(row(rank));
        int[] mates = new int[length - 1];
        for (int distance = 1; distance < length; distance++) {
            mates[distance - 1] = first(row(rank)) + (column(rank) + distance) % length;
        }
        return mates;
    }

    /**
     * {@return all ranks, in order, of the columns that a rank serves} In other rows this rank alone brings them what
     * comes from its row; those of its own row are served by themselves.
     */
    int[] served(int rank) {
        int step = length(row(rank));
        int[] found = new int[rows() * Math.ceilDiv(columns, step)];
        int count = 0;
        for (int row = 0; row < rows(); row++) {
            if (row == row(rank)) {
                found[count++] = rank;
                continue;
            }
            for (int column = column(rank); column < length(row); column += step) {
                found[count++] = first(row) + column;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** {@return the ranks of other rows that a rank serves, beginning with those behind it} */
    int[] targets(int rank) {
        int[] served = served(rank);
        int own = Arrays.binarySearch(served, rank);
        int[] targets = new int[served.length - 1];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = served[(own + 1 + i) % served.length];
        }
        return targets;
    }
}
