// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.hosts.LinkRate;
import org.junit.jupiter.api.Test;

class BarsTest {

    private static final long MIB = 1 << 20;

    private static Standing standing(String label, int bits, double micros, double sent) {
        Side side = new Side(label, null, "-", bits, label.startsWith("bitreduce"));
        return new Standing(side, List.of(micros), 5, 0, sent, 0, 0);
    }

    private static List<VersusRow> rows(long bytes, double ours, double four, double openMpi, double ring) {
        return VersusRow.of(
                Operation.ALL_REDUCE,
                null,
                bytes,
                List.of(
                        standing("bitreduce:float", 32, ours, 1.5 * bytes),
                        standing("bitreduce:4", 4, four, 1.5 * bytes / 8 * 1.03),
                        standing("open-mpi", 32, openMpi, 0),
                        standing("open-mpi:ring", 32, ring, 0)));
    }

    private static Bar bar(List<Bar> bars, String what) {
        return bars.stream()
                .filter(bar -> bar.what().startsWith(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theWorstSizeCounts() {
        List<VersusRow> rows = new ArrayList<>(rows(64 << 10, 10, 20, 9, 5));
        rows.addAll(rows(MIB, 100, 100, 250, 150));
        rows.addAll(rows(16 * MIB, 1000, 900, 2100, 1500));
        SortedMap<Long, Spread> many =
                new TreeMap<>(Map.of(1L << 20, new Spread(7, 8, 9), 16L << 20, new Spread(4, 5, 7)));
        List<Bar> bars = Bars.of(new Facts(rows, 4, null, new Spread(0.5, 0.9, 1.2), many, 0));
        Bar large = bar(bars, "float all-reduce, from 1 MiB");
        assertEquals(2.1, large.measured().median(), 1e-12);
        assertEquals("met", large.verdict());
        assertEquals("worst at 16 MiB", large.note());
        assertEquals("MISSED", bar(bars, "float all-reduce, below 1 MiB").verdict());
        assertEquals("MISSED", bar(bars, "agreement round").verdict());
        assertEquals("MISSED", bar(bars, "16 ranks, 1 MiB").verdict());
        assertEquals("met", bar(bars, "16 ranks, 16 MiB").verdict());
        assertEquals("left out", bar(bars, "the same, foreign").verdict());
        assertEquals("shown", bar(bars, "4-bit all-reduce, from").verdict());
        Bar wire = bar(bars, "bytes on the wire");
        assertEquals(1.03, wire.measured().median(), 1e-12);
        assertEquals("met", wire.verdict());
        Bar hosts = bar(bars, "4-bit all-reduce, 16 MiB, 4 hosts, 1gbit");
        assertEquals("left out", hosts.verdict());
        assertTrue(hosts.note().startsWith("needs --hosts 4 --link 1gbit"), hosts::note);
        assertTrue(bars.stream()
                .filter(bar -> bar.measured() == null)
                .noneMatch(bar -> bar.note().isEmpty()));
    }

    @Test
    void overHostsTheFastestOfOpenMpiCounts() {
        List<VersusRow> rows = rows(16 * MIB, 250_000, 40_000, 320_000, 260_000);
        List<Bar> bars =
                Bars.of(new Facts(rows, 4, LinkRate.parse("1gbit"), null, Collections.emptySortedMap(), 0.118));
        Bar four = bar(bars, "4-bit all-reduce, 16 MiB, 4 hosts, 1gbit");
        assertEquals(6.5, four.measured().median(), 1e-12);
        assertEquals("open-mpi:ring", four.note());
        assertEquals("MISSED", four.verdict());
        assertEquals(
                "left out",
                bar(bars, "4-bit all-reduce, 16 MiB, 4 hosts, 10gbit").verdict());
        assertEquals("left out", bar(bars, "float all-reduce, from 1 MiB").verdict());
        assertEquals("left out", bar(bars, "16 ranks").verdict());
        Bar line = bar(bars, "line rate");
        assertEquals(1.5 * 16 * MIB / 250e6 / 0.118, line.measured().median(), 1e-9);
        assertEquals("met", line.verdict());
        assertTrue(four.text().contains(">= 7.00") && four.text().contains("MISSED"), four.text());
    }
}
