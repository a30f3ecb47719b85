// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bitreduce.bench.Sizes;

/**
 * The speed of a link above which few bits stop paying. On one host bytes cost next to nothing, so what a quantized call
 * takes longer there than a plain one is the price of the codec. A link of L bytes per second adds the bytes that a rank
 * sends, over L, to either. Both take the same time where
 *
 * <pre>{@code time(few) + bytes(few) / L = time(float) + bytes(float) / L}</pre>
 *
 * which is L = (bytes saved) / (time lost). Nothing is assumed to overlap, and all ranks to share the processors that
 * they shared here: where ranks have processors of their own the codec is faster and L higher.
 *
 * @param bytes size of the vector
 * @param bits of the quantized call
 * @param savedBytes that a rank sends less per call
 * @param lostMicros that the quantized call takes longer without a link; not positive if it is faster anyhow
 */
record BreakEven(
        @JsonProperty("bytes") long bytes,
        @JsonProperty("bits") int bits,
        @JsonProperty("saved_bytes") double savedBytes,
        @JsonProperty("lost_us") double lostMicros) {

    /** Below this the codec's time is lost in that of the agreement. */
    private static final long LEAST_BYTES = 64 << 10;

    /**
     * {@return the break-even of each quantized row that has a plain one beside it}
     *
     * @param rows of any sizes
     */
    static List<BreakEven> of(List<VersusRow> rows) {
        return rows.stream()
                .filter(row -> row.bytes() >= LEAST_BYTES && row.side().equals(Side.label(row.bits(), Side.ALLOCATED)))
                .filter(row -> row.bits() < 32)
                .flatMap(few -> plain(rows, few).stream()
                        .map(plain -> new BreakEven(
                                few.bytes(),
                                few.bits(),
                                plain.wireBytesPerRank() - few.wireBytesPerRank(),
                                few.micros().median() - plain.micros().median())))
                .filter(pair -> pair.savedBytes > 0)
                .toList();
    }

    private static Optional<VersusRow> plain(List<VersusRow> rows, VersusRow few) {
        String label = Side.label(32, Side.ALLOCATED);
        return rows.stream()
                .filter(row -> row.bytes() == few.bytes() && row.side().equals(label))
                .findFirst();
    }

    /** {@return the link's speed in Gbit/s, infinite if few bits always pay} */
    @JsonProperty("link_Gbps")
    double gigabits() {
        return lostMicros <= 0 ? Double.POSITIVE_INFINITY : savedBytes * 8 / (lostMicros * 1e3);
    }

    /** {@return one line for people} */
    String text() {
        String speed = lostMicros <= 0
                ? "few bits are faster on any link"
                : String.format(Locale.ROOT, "they pay below %.1f Gbit/s", gigabits());
        return String.format(
                Locale.ROOT,
                "%d bits, %s: %.2f MB less to send per rank, %.2f ms longer without a link: %s",
                bits,
                Sizes.text(bytes),
                savedBytes / 1e6,
                lostMicros / 1e3,
                speed);
    }
}
