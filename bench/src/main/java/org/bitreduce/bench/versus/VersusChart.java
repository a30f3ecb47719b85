// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitreduce.bench.SizeChart;
import org.bitreduce.bench.SizeChart.Stroke;

/**
 * Time against size: a line per side, BitReduce's full, dotted where memory is foreign, others' dashed. Stateless.
 */
final class VersusChart {

    private VersusChart() {}

    /**
     * Draws a chart.
     *
     * @param file a PNG, overwritten
     * @param title above it
     * @param rows all sizes and sides
     * @return empty, or why there is none
     */
    static String draw(Path file, String title, List<VersusRow> rows) throws IOException {
        SizeChart chart = new SizeChart(title, "time of a call");
        Map<String, Integer> looks = new HashMap<>();
        rows.stream()
                .collect(Collectors.groupingBy(VersusRow::side, LinkedHashMap::new, Collectors.toList()))
                .forEach((side, own) -> add(chart, own, looks));
        return chart.draw(file);
    }

    /** A width has one colour, whatever the memory. */
    private static void add(SizeChart chart, List<VersusRow> rows, Map<String, Integer> looks) {
        VersusRow any = rows.getFirst();
        boolean ours = Side.isOurs(any.side());
        boolean foreign = ours && any.side().endsWith(":" + Side.FOREIGN);
        String name = ours ? "BitReduce, " + (any.bits() == 32 ? "float32" : any.bits() + " bits") : any.side();
        looks.putIfAbsent(name, looks.size());
        chart.line(
                foreign ? name + ", foreign memory" : name,
                looks.get(name),
                foreign ? Stroke.DOTTED : ours ? Stroke.FULL : Stroke.DASHED,
                rows.stream().map(VersusRow::bytes).toList(),
                rows.stream().map(row -> row.micros().median()).toList());
    }
}
