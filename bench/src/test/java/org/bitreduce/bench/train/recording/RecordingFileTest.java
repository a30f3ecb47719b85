// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.recording;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingFileTest {

    private static final RecordingShape SHAPE = new RecordingShape(3, 5, 2, 37, 9);
    private static final String SETTINGS = "task=t\nmethod=fp32\n";

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void create() throws IOException {
        path = folder.resolve("sub/gradients.rec");
        RecordingFile.create(path, SHAPE, SETTINGS);
    }

    private static float value(long index, int rank, long i) {
        return 1000 * index + 100L * rank + i;
    }

    /** Writes steps as ranks would, the last one by the first ranks only. */
    private void write(int steps, int ranksOfLast) throws IOException {
        try (RecordingFile file = RecordingFile.open(path, true)) {
            for (int index = 0; index < steps; index++) {
                int ranks = index == steps - 1 ? ranksOfLast : SHAPE.ranks();
                for (int rank = 0; rank < ranks; rank++) {
                    for (long i = 0; i < SHAPE.count(); i++) {
                        file.gradient(index, rank).setAtIndex(JAVA_FLOAT, i, value(index, rank, i));
                    }
                    file.commit(index, rank, index * 2L + 1);
                }
            }
        }
    }

    private long wholeSteps() throws IOException {
        try (RecordingFile file = RecordingFile.open(path, false)) {
            return file.whole().size();
        }
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        write(5, 3);
        try (RecordingFile file = RecordingFile.open(path, false)) {
            assertEquals(SHAPE, file.shape());
            assertEquals(SETTINGS, file.settings());
            assertEquals(5, file.whole().size());
            assertEquals(7, file.step(3));
            for (long i = 0; i < SHAPE.count(); i++) {
                assertEquals(value(3, 2, i), file.gradient(3, 2).getAtIndex(JAVA_FLOAT, i));
            }
        }
        assertTrue(Files.size(path) >= SHAPE.fileBytes(SETTINGS.length()));
        assertThrows(IOException.class, () -> RecordingFile.create(path, SHAPE, SETTINGS));
    }

    @Test
    void whatAKilledRunLeftIsUsedAsFarAsItIsWhole() throws IOException {
        assertEquals(0, wholeSteps());
        write(1, 2);
        assertEquals(0, wholeSteps());
        write(4, 3);
        assertEquals(4, wholeSteps());
        write(5, 1);
        assertEquals(4, wholeSteps());
        // Killed while a slot was written: gradient and head do not fit together.
        try (RecordingFile file = RecordingFile.open(path, true)) {
            file.gradient(4, 0).setAtIndex(JAVA_FLOAT, 5, -1);
        }
        assertEquals(4, wholeSteps());
    }

    /** Each byte of the file, changed, is noticed, unless it is padding. */
    @Test
    void damageIsNamedWhereverItIs() throws IOException {
        write(5, 3);
        byte[] whole = Files.readAllBytes(path);
        SplittableRandom random = new SplittableRandom(8);
        int start = (int) RecordingFile.start(SETTINGS.length());
        int slot = (int) SHAPE.slotBytes();
        for (int trial = 0; trial < 200; trial++) {
            int at = random.nextInt(start + 3 * 3 * slot);
            int inSlot = (at - start) % slot;
            boolean padding = at < start
                    ? (at >= 56 && at < 64) || at >= 64 + SETTINGS.length()
                    : (inSlot >= 16 && inSlot < 64) || inSlot >= 64 + 37 * 4;
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, damaged);
            if (padding) {
                assertEquals(5, wholeSteps(), "offset " + at);
            } else {
                IOException e = assertThrows(IOException.class, this::wholeSteps, "offset " + at);
                assertTrue(e.getMessage().startsWith("recording " + path), e::getMessage);
                assertTrue(e.getMessage().contains("offset"), e::getMessage);
            }
        }
    }

    @Test
    void cutFilesAreNamed() throws IOException {
        write(5, 3);
        byte[] whole = Files.readAllBytes(path);
        for (int length :
                new int[] {0, 10, 63, 64, 100, whole.length / 2, (int) SHAPE.fileBytes(SETTINGS.length()) - 1}) {
            Files.write(path, Arrays.copyOf(whole, length));
            IOException e = assertThrows(IOException.class, this::wholeSteps, "length " + length);
            assertTrue(e.getMessage().contains("offset"), e::getMessage);
        }
        Files.delete(path);
        IOException gone = assertThrows(IOException.class, this::wholeSteps);
        assertTrue(gone.getMessage().contains("train --record"), gone::getMessage);
    }

    @Test
    void sizesThatNoFileHasAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RecordingShape(0, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new RecordingShape(1, 1, 1, Long.MAX_VALUE, 1));
        assertThrows(
                ArithmeticException.class, () -> new RecordingShape(64, Long.MAX_VALUE / 2, 1, 1000, 1).fileBytes(0));
    }
}
