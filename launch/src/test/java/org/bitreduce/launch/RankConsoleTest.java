// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RankConsoleTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void putsTheRankBeforeEachLineAndKeepsEmptyOnes() {
        new RankConsole(out, err, false).bytes(12, false, bytes("a\n\nb\n"));
        assertEquals("[12] a\n[12] \n[12] b\n", out());
    }

    @Test
    void joinsPartsOfLinesOfEachRankAndStream() {
        RankConsole console = new RankConsole(out, err, false);
        console.bytes(0, false, bytes("on"));
        console.bytes(1, false, bytes("other\n"));
        console.bytes(0, true, bytes("error\n"));
        console.bytes(0, false, bytes("e\n"));
        assertEquals("[1] other\n[0] one\n", out());
        assertEquals("[0] error\n", err());
    }

    @Test
    void keepsCharactersCutInHalfByAFrame() {
        RankConsole console = new RankConsole(out, err, false);
        byte[] text = bytes("é\n");
        console.bytes(0, false, new byte[] {text[0]});
        console.bytes(0, false, new byte[] {text[1], text[2]});
        assertEquals("[0] é\n", out());
    }

    @Test
    void printsUnfinishedLinesAtTheEnd() {
        RankConsole console = new RankConsole(out, err, false);
        console.bytes(3, true, bytes("last words"));
        assertEquals("", err());
        console.finish();
        assertEquals("[3] last words\n", err());
    }

    @Test
    void printsTheLastStateOfAProgressLineOnly() {
        new RankConsole(out, err, false).bytes(0, false, bytes("10 %\r20 %\r100 %\nnext\r\n"));
        assertEquals("[0] 100 %\n[0] next\n", out());
    }

    @Test
    void drawsProgressOfRank0OnATerminalAndClearsItForOtherLines() {
        RankConsole console = new RankConsole(out, err, true);
        console.bytes(0, true, bytes("\r10 %"));
        console.bytes(0, true, bytes("\r20 %"));
        assertEquals("\r\033[K[0] 10 %\r\033[K[0] 20 %", err());
        console.line("1", false, "text");
        assertEquals("[1] text\n", out());
        assertEquals("\r\033[K[0] 10 %\r\033[K[0] 20 %\r\033[K", err());
        console.bytes(1, true, bytes("\r30 %")); // not rank 0: held back
        assertEquals("\r\033[K[0] 10 %\r\033[K[0] 20 %\r\033[K", err());
    }
}
