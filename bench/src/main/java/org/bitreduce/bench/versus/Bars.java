// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.bitreduce.bench.Sizes;
import org.bitreduce.bench.hosts.LinkRate;

/** The table of what BitReduce wants to reach, as far as a run can tell. */
final class Bars {

    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final String FLOAT = Side.label(32, Side.ALLOCATED);
    private static final String OPEN_MPI = "open-mpi";

    private final Facts facts;
    private final List<Bar> bars = new ArrayList<>();

    private Bars(Facts facts) {
        this.facts = facts;
    }

    /**
     * {@return the table}
     *
     * @param facts of a run; what it has not measured is left out, with the reason
     */
    static List<Bar> of(Facts facts) {
        Bars table = new Bars(facts);
        table.oneHost();
        table.hosts("1gbit", 4, 7);
        table.hosts("1gbit", 2, 12);
        table.hosts("10gbit", 4, 4);
        table.lineRate();
        table.elsewhere();
        return table.bars;
    }

    private void oneHost() {
        String reason = facts.link() == null ? "" : "needs a run on one host";
        String foreign = Side.label(32, Side.FOREIGN);
        against("float all-reduce, from 1 MiB", OPEN_MPI, FLOAT, MIB, Long.MAX_VALUE, 2, reason);
        against("float all-reduce, below 1 MiB", OPEN_MPI, FLOAT, 0, MIB - 1, 1, reason);
        against("the same, foreign memory, from 64 KiB", OPEN_MPI, foreign, 64 * KIB, Long.MAX_VALUE, 1, reason);
        against("float all-reduce, from 64 KiB", "mpj", FLOAT, 64 * KIB, Long.MAX_VALUE, 10, reason);
        String four = Side.label(4, Side.ALLOCATED);
        against("4-bit all-reduce, from 1 MiB", FLOAT, four, MIB, Long.MAX_VALUE, Double.NaN, reason);
        wireBytes();
        bars.add(single("agreement round", "open-mpi, 64 bytes", 1, false, facts.agreement(), reason));
        manyRanks(reason);
    }

    private void manyRanks(String reason) {
        String few = "4 ranks, same cores";
        facts.manyRanks()
                .forEach((bytes, ratio) ->
                        bars.add(single("16 ranks, " + Sizes.text(bytes), few, 6, true, ratio, reason)));
        if (facts.manyRanks().isEmpty()) {
            bars.add(single("16 ranks", few, 6, true, null, reason));
        }
    }

    private static Bar single(String what, String against, double need, boolean most, Spread measured, String reason) {
        return new Bar(
                what,
                against,
                need,
                most,
                measured,
                measured != null ? "" : reason.isEmpty() ? "not measured" : reason);
    }

    /** The worst size of a peer's time over ours. */
    private void against(String what, String peer, String ours, long from, long to, double need, String reason) {
        Optional<VersusRow> worst = facts.rows().stream()
                .filter(row -> reason.isEmpty() && row.bytes() >= from && row.bytes() <= to)
                .filter(row -> isPeer(row, peer) && row.ratios().containsKey(ours))
                .min(Comparator.comparingDouble(row -> row.ratios().get(ours).median()));
        bars.add(new Bar(
                what,
                peer,
                need,
                false,
                worst.map(row -> row.ratios().get(ours)).orElse(null),
                worst.map(row -> "worst at " + Sizes.text(row.bytes()))
                        .orElse(reason.isEmpty() ? "needs rows of %s and %s".formatted(peer, ours) : reason)));
    }

    /** Without its variants, except that MPJ Express has no name but with one. */
    private static boolean isPeer(VersusRow row, String peer) {
        return row.side().equals(peer) || row.side().equals(peer + ":multicore");
    }

    /** Bytes sent over those of codes alone; headers, scales and the agreement are the rest. */
    private void wireBytes() {
        ToDoubleFunction<VersusRow> excess = row -> row.wireBytesPerRank()
                / (2.0 * (facts.np() - 1) / facts.np() * row.bytes() / Float.BYTES * row.bits() / Byte.SIZE);
        List<VersusRow> rows = facts.rows().stream()
                .filter(row -> row.bytes() >= MIB && row.bits() < 32)
                .filter(row -> row.side().equals(Side.label(row.bits(), Side.ALLOCATED)))
                .toList();
        Optional<VersusRow> worst = rows.stream().max(Comparator.comparingDouble(excess));
        bars.add(new Bar(
                "bytes on the wire, from 1 MiB",
                "2 (n-1)/n d B/8",
                1.04,
                true,
                rows.isEmpty()
                        ? null
                        : Spread.of(worst.stream().map(excess::applyAsDouble).toList()),
                worst.map(row -> "worst with %d bits, %s".formatted(row.bits(), Sizes.text(row.bytes())))
                        .orElse("needs a quantized row from 1 MiB")));
    }

    private void hosts(String link, int bits, double need) {
        String ours = Side.label(bits, Side.ALLOCATED);
        boolean here = isLink(link) && facts.np() == 4;
        Optional<VersusRow> fastest = facts.rows().stream()
                .filter(row -> here && row.bytes() == 16 * MIB && row.side().startsWith(OPEN_MPI))
                .filter(row -> row.ratios().containsKey(ours))
                .min(Comparator.comparingDouble(row -> row.ratios().get(ours).median()));
        bars.add(new Bar(
                "%d-bit all-reduce, 16 MiB, 4 hosts, %s".formatted(bits, link),
                "fastest of open-mpi",
                need,
                false,
                fastest.map(row -> row.ratios().get(ours)).orElse(null),
                fastest.map(VersusRow::side)
                        .orElse("needs --hosts 4 --link %s, 16M, --bits %d, --peers open-mpi,open-mpi:ring"
                                .formatted(link, bits))));
    }

    private boolean isLink(String link) {
        return facts.link() != null && facts.link().equals(LinkRate.parse(link));
    }

    private void lineRate() {
        boolean here = isLink("1gbit") && facts.lineRate() > 0;
        Optional<VersusRow> worst = facts.rows().stream()
                .filter(row -> here && row.bytes() >= 16 * MIB && row.side().equals(FLOAT))
                .min(Comparator.comparingDouble(this::used));
        bars.add(new Bar(
                "line rate used, floats, from 16 MiB, 1gbit",
                "iperf3",
                0.85,
                false,
                worst.map(row -> Spread.of(List.of(used(row)))).orElse(null),
                worst.map(row -> "worst at " + Sizes.text(row.bytes()))
                        .orElse("needs --hosts 4 --link 1gbit, 16M and more, --bits 32, and iperf3")));
    }

    private double used(VersusRow row) {
        return row.wireBytesPerRank() / (row.micros().median() * 1e3) / facts.lineRate();
    }

    private void elsewhere() {
        bars.add(single("kernels", "memcpy", Double.NaN, false, null, "JMH has them; see docs/benchmarks.md"));
        bars.add(single(
                "memory beyond the caller's vectors",
                "packed vector",
                1.5,
                true,
                null,
                "the library's tests count it"));
    }
}
