// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bitreduce.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlgorithmTableTest {

    private static final String TEXT = """
            # a comment

            shared-memory  all-reduce twoshot 2-8 0-2K inline
            mpj-*          *          *       5-  1M-  grid
            tcp            all-reduce *       4   8K   grid
            """;

    private static Algorithm choose(String transport, Operation operation, int ranks, long bytes) {
        return AlgorithmTable.parse("test", TEXT).choose(transport, operation, Mode.TWOSHOT, ranks, bytes);
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        assertEquals(Algorithm.INLINE, choose("shared-memory", Operation.ALL_REDUCE, 8, 2048));
        assertEquals(Algorithm.DIRECT, choose("shared-memory", Operation.ALL_REDUCE, 8, 2049));
        assertEquals(Algorithm.DIRECT, choose("shared-memory", Operation.ALL_REDUCE, 9, 2048));
        assertEquals(Algorithm.DIRECT, choose("shared-memory", Operation.ALL_GATHER, 8, 2048));
        assertEquals(Algorithm.GRID, choose("mpj-niodev", Operation.BROADCAST, 5, 1 << 20));
        assertEquals(Algorithm.DIRECT, choose("mpj-niodev", Operation.BROADCAST, 5, (1 << 20) - 1));
        assertEquals(Algorithm.GRID, choose("tcp", Operation.ALL_REDUCE, 4, 8192));
    }

    @Test
    void inlineIsPassedOverWhereItCannotBe() {
        AlgorithmTable inline = AlgorithmTable.only(Algorithm.INLINE);
        Mode mode = Mode.TWOSHOT;
        assertEquals(Algorithm.INLINE, inline.choose("x", Operation.ALL_REDUCE, mode, 64, 16_384));
        assertEquals(Algorithm.DIRECT, inline.choose("x", Operation.ALL_REDUCE, mode, 64, 16_388));
        assertEquals(Algorithm.DIRECT, inline.choose("x", Operation.ALL_REDUCE, mode, 65, 4));
        assertEquals(Algorithm.DIRECT, inline.choose("x", Operation.REDUCE_SCATTER, mode, 4, 4));
    }

    @Test
    void aFileSaysWhatTheTableSays(@TempDir Path folder) throws Exception {
        AlgorithmTable table = AlgorithmTable.parse("test", TEXT);
        Path file = Files.writeString(folder.resolve("table.txt"), table.toString());
        assertEquals(table, AlgorithmTable.read(file));
        assertEquals(table.fingerprint(), AlgorithmTable.read(file).fingerprint());
        assertEquals(
                AlgorithmTable.standard(),
                AlgorithmTable.parse("x", AlgorithmTable.standard().toString()));
        assertNotEquals(table.fingerprint(), AlgorithmTable.standard().fingerprint());
    }

    @ParameterizedTest
    @CsvSource({
        "* all-reduce * * *, six words",
        "* all-reduce * * * drect, did you mean direct",
        "* al-reduce * * * direct, did you mean all-reduce",
        "* * twoshut * * direct, did you mean twoshot",
        "* * * 8-2 * direct, not a range of ranks: 8-2",
        "* * * 0-2 * direct, not a range of ranks: 0-2",
        "* * * * 4Q direct, not a range of bytes",
        "* * * * 99999999999G direct, not a range of bytes"
    })
    void wrongLinesAreNamed(String line, String why) {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> AlgorithmTable.parse("t.txt", "\n" + line));
        assertTrue(failure.getMessage().startsWith("t.txt, line 2: "), failure.getMessage());
        assertTrue(failure.getMessage().contains(why), failure.getMessage());
    }
}
