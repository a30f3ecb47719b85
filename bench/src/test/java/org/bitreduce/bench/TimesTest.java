// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimesTest {

    /** {@return the greatest rank that leaves at most 2.5 % below, by whole numbers} */
    private static int exactRank(int calls) {
        BigInteger all = BigInteger.TWO.pow(calls);
        BigInteger below = BigInteger.ZERO;
        BigInteger choose = BigInteger.ONE;
        int rank = 0;
        while (true) {
            below = below.add(choose);
            if (below.multiply(BigInteger.valueOf(40)).compareTo(all) > 0) {
                return Math.max(1, rank);
            }
            choose = choose.multiply(BigInteger.valueOf(calls - rank)).divide(BigInteger.valueOf(rank + 1));
            rank++;
        }
    }

    @Test
    void ranksAreThoseOfTheBinomialDistribution() {
        for (int calls = 1; calls <= 1000; calls++) {
            assertEquals(exactRank(calls), MedianInterval.rank(calls), "calls=" + calls);
        }
        for (int calls : new int[] {1001, 1500, 5000}) {
            int exact = exactRank(calls);
            int rank = MedianInterval.rank(calls);
            assertTrue(rank <= exact && exact - rank <= 1, "calls=%d: %d, exactly %d".formatted(calls, rank, exact));
        }
    }

    @Test
    void intervalsHoldTheMedianAsOftenAsTheyShould() {
        long seed = 20;
        SplittableRandom random = new SplittableRandom(seed);
        int held = 0;
        for (int run = 0; run < 4000; run++) {
            // A long tail, as times have; the true median is 1000 exp(0).
            Times times = Times.of(LongStream.generate(() -> (long) (1e5 * Math.exp(random.nextGaussian())))
                    .limit(40)
                    .toArray());
            held += times.medianLow() <= 100 && 100 <= times.medianHigh() ? 1 : 0;
        }
        assertTrue(held > 0.94 * 4000 && held < 0.98 * 4000, "seed=%d, held=%d".formatted(seed, held));
    }

    @Test
    void fewCallsAreTheirOwnInterval() {
        Times times = Times.of(5000, 1000, 3000);
        assertEquals(1, times.medianLow(), 0.01);
        assertEquals(3, times.percentile(50), 0.01);
        assertEquals(5, times.medianHigh(), 0.01);
        assertEquals(3, times.count());
    }
}
