// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"4, 4", "512, 512", "4K, 4096", "4k, 4096", "16M, 16777216", "16MiB, 16777216", "1G, 1073741824"})
    void readsWhatPeopleWrite(String text, long bytes) {
        assertEquals(bytes, Sizes.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "3", "-4", "4.5K", "4X", "65G", "99999999999999999999"})
    void namesWhatItCannotRead(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Sizes.parse(text));
        assertTrue(e.getMessage().contains("size=" + text), e::getMessage);
    }

    @Test
    void rangesStopAtTheLast() {
        assertArrayEquals(new long[] {1024, 4096, 16384}, Sizes.range(1024, 20000, 4));
        assertArrayEquals(new long[] {1024}, Sizes.range(1024, 1024, 2));
        assertArrayEquals(new long[] {1L << 36}, Sizes.range(1L << 36, 1L << 36, Integer.MAX_VALUE));
        assertArrayEquals(new long[] {4}, Sizes.range(4, 1L << 32, Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Sizes.range(1024, 512, 2));
        assertThrows(IllegalArgumentException.class, () -> Sizes.range(512, 1024, 1));
    }

    @Test
    void writesWhatPeopleRead() {
        assertEquals("1000 B", Sizes.text(1000));
        assertEquals("1 KiB", Sizes.text(1024));
        assertEquals("16 MiB", Sizes.text(16 << 20));
        assertEquals("1536 KiB", Sizes.text(1536 << 10));
        assertEquals("2.25 MiB", Units.bytes(9 << 18));
        assertEquals("12.5 us", Units.time(12.5));
        assertEquals("12.50 ms", Units.time(12_500));
    }
}
