// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.bitreduce.CallOptions;
import org.junit.jupiter.api.Test;

class ErrorFeedbackTest {

    private static final int COUNT = 300_001; // more than one chunk, not a multiple of anything

    private static byte[] saved(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ErrorFeedback feedback = new ErrorFeedback(count)) {
            for (int i = 0; i < count; i++) {
                feedback.residual().setAtIndex(JAVA_FLOAT, i, i * 0.5f - 7);
            }
            feedback.save(Channels.newChannel(bytes));
        }
        return bytes.toByteArray();
    }

    private static void load(ErrorFeedback feedback, byte[] bytes) throws IOException {
        feedback.load(Channels.newChannel(new ByteArrayInputStream(bytes)));
    }

    @Test
    void savesAndLoadsEveryElement() throws IOException {
        byte[] bytes = saved(COUNT);
        assertEquals(24 + 4L * COUNT, bytes.length);
        try (ErrorFeedback feedback = new ErrorFeedback(COUNT)) {
            load(feedback, bytes);
            for (int i = 0; i < COUNT; i++) {
                assertEquals(i * 0.5f - 7, feedback.residual().getAtIndex(JAVA_FLOAT, i));
            }
            feedback.clear();
            assertEquals(0f, feedback.residual().getAtIndex(JAVA_FLOAT, 100));
        }
    }

    @Test
    void refusesDamagedBytesAndStaysZero() throws IOException {
        byte[] good = saved(20);
        try (ErrorFeedback feedback = new ErrorFeedback(20)) {
            for (int at = 0; at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= 0x10;
                assertThrows(IOException.class, () -> load(feedback, bad), "byte " + at);
                byte[] cut = Arrays.copyOf(good, at);
                assertThrows(IOException.class, () -> load(feedback, cut), "length " + at);
                assertEquals(-1, feedback.residual().mismatch(new ErrorFeedback(20).residual()));
            }
        }
    }

    @Test
    void refusesTheResidualOfAnotherGradient() throws IOException {
        byte[] bytes = saved(20);
        try (ErrorFeedback feedback = new ErrorFeedback(21)) {
            var e = assertThrows(IOException.class, () -> load(feedback, bytes));
            assertTrue(e.getMessage().contains("saved count=20, count=21"), e::getMessage);
        }
        assertThrows(IllegalArgumentException.class, () -> new ErrorFeedback(0));
    }

    @Test
    void goesIntoTheOptionsOfACall() {
        try (ErrorFeedback feedback = new ErrorFeedback(5)) {
            CallOptions options = feedback.on(CallOptions.DEFAULT.withStream(3));
            assertSame(feedback.residual(), options.residual());
            assertEquals(3, options.stream());
            assertEquals(0, feedback.residual().address() % 64);
        }
    }
}
