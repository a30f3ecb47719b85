// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationTest {

    /** 2 us, and 12.5 GB/s: 80 ps per byte. */
    private static final long LATENCY = 2_000_000;

    private static final long PER_BYTE = 80;
    private static final NetworkModel NETWORK = new NetworkModel(LATENCY, PER_BYTE, 0);
    private static final int HEADER = 64;
    /** Header and fingerprint. */
    private static final int RECORD = HEADER + 64;

    private static CallTimes run(
            int ranks, long count, Codec codec, Algorithm algorithm, NetworkModel network, WorkRates rates) {
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withAlgorithms(AlgorithmTable.only(algorithm));
        Call call = new Call(
                Operation.ALL_REDUCE,
                MemorySegment.NULL,
                MemorySegment.NULL,
                count,
                ElementType.FLOAT,
                Reduction.SUM,
                0,
                codec,
                CallOptions.DEFAULT);
        return new Simulation(ranks, network, rates, false, options).run(rank -> call);
    }

    /** Each phase: n - 1 equal messages leave one after the other, and the last one's first byte travels on. */
    private static long directPhase(int ranks, long bytes) {
        return (ranks - 1) * bytes * PER_BYTE + LATENCY;
    }

    @ParameterizedTest
    @CsvSource({"2, 1024", "3, 4608", "4, 2048", "8, 65536"})
    void theDirectExchangeTakesWhatTheModelSaysByHand(int ranks, long count) {
        long part = HEADER + count / ranks * Float.BYTES;
        CallTimes times = run(ranks, count, Codec.plain(), Algorithm.DIRECT, NETWORK, WorkRates.free());
        assertEquals(directPhase(ranks, RECORD), times.agreed());
        assertEquals(directPhase(ranks, RECORD) + 2 * directPhase(ranks, part), times.ended());
        assertEquals(3L * ranks * (ranks - 1), times.messages());
        assertEquals((long) ranks * (ranks - 1) * (RECORD + 2 * part), times.bytes());
    }

    /** Nine ranks in three rows: two messages a hop, the bundles three times as long. */
    @Test
    void theGridTakesWhatTheModelSaysByHand() {
        long part = 512 * Float.BYTES;
        CallTimes times = run(9, 9 * 512, Codec.plain(), Algorithm.GRID, NETWORK, WorkRates.free());
        long scatter = 2 * directPhase(3, HEADER + 3 * part);
        long gather = directPhase(3, HEADER + part) + directPhase(3, HEADER + 3 * part);
        assertEquals(directPhase(9, RECORD) + scatter + gather, times.ended());
    }

    @Test
    void workWithNumbersTakesItsTime() {
        WorkRates rates = WorkRates.uniform(1); // 1000 ps per byte
        CallTimes free = run(2, 1024, Codec.plain(), Algorithm.DIRECT, NETWORK, WorkRates.free());
        CallTimes slow = run(2, 1024, Codec.plain(), Algorithm.DIRECT, NETWORK, rates);
        assertEquals(4096 * 1000, slow.read());
        assertEquals(free.agreed() + slow.read(), slow.agreed());
        assertTrue(slow.ended() > free.ended() + 4096 * 1000 + 4 * 2048 * 1000);
    }

    @Test
    void anotherScheduleChangesThePrediction() {
        NetworkModel busy = new NetworkModel(LATENCY, PER_BYTE, 500_000);
        CallTimes direct = run(64, 64 * 512, Codec.uniform(4), Algorithm.DIRECT, busy, WorkRates.uniform(10));
        CallTimes grid = run(64, 64 * 512, Codec.uniform(4), Algorithm.GRID, busy, WorkRates.uniform(10));
        assertEquals(direct.agreed(), grid.agreed());
        assertTrue(grid.ended() < direct.ended(), direct + " " + grid);
        assertNotEquals(direct.messages(), grid.messages());
    }

    @Test
    void thousandRanksAreSimulatedAlikeEveryTime() {
        CallTimes first = run(1000, 1 << 20, Codec.uniform(4), Algorithm.GRID, NETWORK, WorkRates.uniform(10));
        CallTimes second = run(1000, 1 << 20, Codec.uniform(4), Algorithm.GRID, NETWORK, WorkRates.uniform(10));
        assertEquals(first, second);
        assertTrue(first.messages() <= 1000L * 3 * 2 * 32, first.toString());
    }

    @Test
    void refusesModelsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new NetworkModel(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new NetworkModel(0, Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> WorkRates.uniform(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Simulation(0, NETWORK, WorkRates.free(), false, CommunicatorOptions.DEFAULT));
    }
}
