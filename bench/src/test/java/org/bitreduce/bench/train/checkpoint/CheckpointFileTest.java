// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {

    @TempDir
    private Path folder;

    private static final Map<Section, MemorySegment> SECTIONS = Map.of(
            Section.SETTINGS, MemorySegment.ofArray("a=b".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            Section.PARAMETERS, MemorySegment.ofArray(new float[] {1, 2, 3, Float.NaN, -0f}),
            Section.RESIDUAL, MemorySegment.NULL,
            Section.HISTORY, MemorySegment.ofArray(new byte[1_000]));

    private Path write() throws IOException {
        Path file = folder.resolve("x.ckpt");
        CheckpointFile.write(file, 12, 1, 4, SECTIONS);
        return file;
    }

    @Test
    void givesBackWhatWasSaved() throws IOException {
        Map<Section, MemorySegment> read = CheckpointFile.read(write(), 12, 1, 4);
        for (Section section : Section.values()) {
            assertArrayEquals(
                    SECTIONS.getOrDefault(section, MemorySegment.NULL).toArray(ValueLayout.JAVA_BYTE),
                    read.get(section).toArray(ValueLayout.JAVA_BYTE),
                    section.name());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "no temporary file is left");
        }
    }

    @Test
    void everyFlippedByteThatMattersIsFound() throws IOException {
        Path file = write();
        byte[] good = Files.readAllBytes(file);
        // Bytes 148 to 191 and those between sections carry nothing.
        for (int i = 0; i < 192 + 64 + 64 + 1_000; i++) {
            boolean padding = (i >= 148 && i < 192) || (i >= 195 && i < 256) || (i >= 276 && i < 320);
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            Files.write(file, bad);
            if (!padding) {
                assertThrows(IOException.class, () -> CheckpointFile.read(file, 12, 1, 4), "byte " + i);
            }
        }
    }

    @Test
    void cutFilesAndOtherRanksAreRefused() throws IOException {
        Path file = write();
        byte[] good = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 100, 192, 300, 1_000}) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(IOException.class, () -> CheckpointFile.read(file, 12, 1, 4), "length " + length);
        }
        Files.write(file, good);
        IOException other = assertThrows(IOException.class, () -> CheckpointFile.read(file, 12, 2, 4));
        assertTrue(other.getMessage().endsWith("is of step 12, rank 1 of 4; expected step 12, rank 2 of 4"));
    }

    @Test
    void twoGenerationsAreKept() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, 0, 2);
        CheckpointStore peer = new CheckpointStore(folder, 1, 2);
        peer.save(10, SECTIONS);
        for (long step : new long[] {10, 20, 30, 40}) {
            store.save(step, SECTIONS);
        }
        assertEquals(List.of(40L, 30L), store.steps());
        assertEquals(List.of(10L), peer.steps());
        assertEquals(List.of(), new CheckpointStore(folder.resolve("missing"), 0, 2).steps());
        // A run that went back a generation overwrites what came later only when it gets there.
        store.save(35, SECTIONS);
        assertEquals(List.of(40L, 35L, 30L), store.steps());
    }
}
