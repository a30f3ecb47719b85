// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.bench.SizeChart.Stroke;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SizeChartTest {

    @Test
    void sizesHaveLabelsAtPowersOfTwo() {
        assertEquals("256 B", SizeChart.size(8));
        assertEquals("64 KiB", SizeChart.size(16 + 1e-12));
        assertEquals("1 GiB", SizeChart.size(30));
        assertEquals(" ", SizeChart.size(16.5));
        assertEquals(" ", SizeChart.size(-1));
    }

    @Test
    void timesHaveUnits() {
        assertEquals("0.1 us", SizeChart.time(-1));
        assertEquals("10 us", SizeChart.time(1));
        assertEquals("32 us", SizeChart.time(1.5));
        assertEquals("1 ms", SizeChart.time(3));
        assertEquals("1 ms", SizeChart.time(3 - 1e-12));
        assertEquals("100 ms", SizeChart.time(5));
        assertEquals("10 s", SizeChart.time(7));
    }

    /** One size, no size at all (a barrier), and more lines than there are colours. */
    @Test
    void everyShapeOfTableCanBeDrawn(@TempDir Path folder) throws IOException {
        SizeChart chart = new SizeChart("one size", "time of a call");
        for (int line = 0; line < 20; line++) {
            chart.line("line " + line, line, Stroke.FULL, List.of(0L), List.of(10.0 + line));
        }
        Path file = folder.resolve("deep/chart.png");
        String problem = chart.draw(file);
        assertTrue(problem.contains("fontconfig") || Files.size(file) > 1000, problem);
    }
}
