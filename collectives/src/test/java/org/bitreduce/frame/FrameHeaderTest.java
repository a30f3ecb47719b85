// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {

    @Test
    void damagedFramesAreRefused() {
        Arena arena = Arena.ofAuto();
        MemorySegment scratch = arena.allocate(64, 8);
        MemorySegment frame = arena.allocate(64 + 100, 64);
        FrameFields fields = new FrameFields();
        fields.operation = 5;
        FrameChecksum checksum = new FrameChecksum();
        FrameHeader.write(frame, fields, 100, true, checksum);
        assertNull(difference(frame, fields, checksum, scratch));
        for (int bit = 0; bit < 8 * 164; bit++) {
            flip(frame, bit);
            assertNotNull(difference(frame, fields, checksum, scratch), "bit " + bit);
            flip(frame, bit);
        }
        for (int length = 0; length < 164; length++) {
            assertNotNull(difference(frame.asSlice(0, length), fields, checksum, scratch), "length " + length);
        }
        fields.operation = 6;
        assertEquals(
                "header field operation differs: 0x0000000000000005 came, 0x0000000000000006 was expected",
                difference(frame, fields, checksum, scratch));
    }

    private static String difference(
            MemorySegment frame, FrameFields fields, FrameChecksum checksum, MemorySegment scratch) {
        var difference = FrameHeader.difference(frame, fields, 100, true, checksum, scratch);
        return difference == null ? null : difference.what();
    }

    private static void flip(MemorySegment frame, int bit) {
        long at = bit / 8;
        byte old = frame.get(JAVA_BYTE, at);
        frame.set(JAVA_BYTE, at, (byte) (old ^ 1 << bit % 8));
    }
}
