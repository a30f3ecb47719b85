// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.Arrays;
import java.util.Locale;
import org.bitreduce.MismatchException;

/** A few numbers of every rank, known to all ranks. */
final class RankTable {

    private RankTable() {}

    /**
     * Shows every rank's numbers to all.
     *
     * @param exchange of the ranks
     * @param mine this rank's numbers, as many as on every other rank
     * @return row r holds rank r's numbers
     */
    static long[][] gather(GradientExchange exchange, long... mine) {
        // Each rank fills its own row and leaves the others 0: their sum is the table.
        long[] all = new long[exchange.size() * mine.length];
        System.arraycopy(mine, 0, all, exchange.rank() * mine.length, mine.length);
        exchange.sum(all);
        long[][] rows = new long[exchange.size()][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = Arrays.copyOfRange(all, r * mine.length, (r + 1) * mine.length);
        }
        return rows;
    }

    /**
     * Checks that all ranks hold the same.
     *
     * @param exchange of the ranks
     * @param what is compared, for the message
     * @param mine this rank's numbers
     * @throws MismatchException on all ranks if they differ, naming two ranks and their values
     */
    static void requireEqual(GradientExchange exchange, String what, long... mine) {
        long[][] rows = gather(exchange, mine);
        for (int r = 1; r < rows.length; r++) {
            if (!Arrays.equals(rows[0], rows[r])) {
                throw new MismatchException("%s differ between ranks: rank 0 has %s, rank %d has %s"
                        .formatted(what, hex(rows[0]), r, hex(rows[r])));
            }
        }
    }

    private static String hex(long[] values) {
        StringBuilder text = new StringBuilder();
        for (long value : values) {
            text.append(String.format(Locale.ROOT, "%016x", value));
        }
        return text.toString();
    }
}
