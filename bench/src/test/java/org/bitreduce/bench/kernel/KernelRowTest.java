// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What several JVMs measured becomes one row per kernel. */
class KernelRowTest {

    private static final long BYTES = 64 << 20;

    private static KernelTime time(String kernel, String language, int bits, double speed, long allocated) {
        return new KernelTime(kernel, language, bits, BYTES, 512, speed, allocated);
    }

    @Test
    void ratiosCompareWithinOneJvmWithTheFasterCopy() {
        List<KernelRow> rows = KernelRow.of(List.of(
                // The first JVM is twice as fast as the second: the ratios are 0.5 and 0.8, not 1 or 0.4.
                time("copy", "Java", 0, 18, 0),
                time("quantize", "Java", 4, 10, 0),
                time("copy", "C", 0, 20, 0),
                time("quantize", "C", 4, 11, 0),
                time("copy", "Java", 0, 10, 0),
                time("quantize", "Java", 4, 8, 16),
                time("copy", "C", 0, 9, 0),
                time("quantize", "C", 4, 9, 0)));
        assertEquals(
                List.of("copy", "quantize"),
                rows.stream().map(KernelRow::kernel).toList());
        KernelRow quantize = rows.get(1);
        assertEquals(2, quantize.jvms());
        assertEquals(8, quantize.min());
        assertEquals(9, quantize.median());
        assertEquals(10, quantize.max());
        assertEquals(0.5, quantize.minOfCopy(), 1e-12);
        assertEquals(0.65, quantize.medianOfCopy(), 1e-12);
        assertEquals(10, quantize.c());
        assertEquals(16, quantize.allocatedBytes());
        assertEquals("0.90 of memcpy: missed", quantize.bar());
    }

    @Test
    void withoutCRatiosAreToJavasCopy() {
        List<KernelRow> rows =
                KernelRow.of(List.of(time("copy", "Java", 0, 10, 0), time("norms+quantize", "Java", 4, 5.6, 0)));
        assertEquals(0.56, rows.get(1).minOfCopy(), 1e-12);
        assertTrue(Double.isNaN(rows.get(1).c()));
        assertEquals("0.55 of memcpy: reached", rows.get(1).bar());
    }

    @Test
    void barsDependOnSizeAndVector() {
        assertEquals("12 GB/s: reached", Bar.of("quantize", 8, 1 << 19, 512).judge(12, 0.1));
        assertEquals("12 GB/s: missed", Bar.of("quantize", 2, 1 << 19, 512).judge(11.9, 1));
        assertEquals("", Bar.of("quantize", 2, 1 << 19, 256).judge(11.9, 1));
        assertEquals("", Bar.of("quantize", 9, BYTES, 512).judge(1, 1));
        assertEquals("18 GB/s: reached", Bar.of("unpack-add", 8, 1 << 19, 512).judge(18, 0));
        assertEquals("", Bar.of("norms", 0, BYTES, 512).judge(1, 1));
    }
}
