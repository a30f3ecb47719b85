// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitreduce.transport.shm.Host;
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
        int said = java.nio.ByteBuffer.wrap(good)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(24);
        assertTrue(said > 1_000 && said <= good.length, "length " + said);
        for (int length = 0; length < said; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(IOException.class, () -> CheckpointFile.read(file, 12, 1, 4), "length " + length);
        }
        Files.write(file, good);
        IOException other = assertThrows(IOException.class, () -> CheckpointFile.read(file, 12, 2, 4));
        assertTrue(other.getMessage().endsWith("is of step 12, rank 1 of 4; expected step 12, rank 2 of 4"));
    }

    /** What a process that was killed while it wrote, or a bad disk, may leave: no such file is taken for a checkpoint. */
    @Test
    void filesOfWhichAnyPartIsMissingOrWrongAreRefused() throws IOException {
        Path file = write();
        byte[] good = Files.readAllBytes(file);
        long seed = System.nanoTime();
        System.out.println("filesOfWhichAnyPartIsMissingOrWrongAreRefused: seed=" + seed);
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            byte[] bad = good.clone();
            int from = random.nextInt(256);
            java.util.Arrays.fill(bad, from, good.length, (byte) 0); // pages that never reached the disk
            Files.write(file, bad);
            assertThrows(IOException.class, () -> CheckpointFile.verify(file, 12, 1, 4), "zeros from " + from);
        }
        Files.write(file, good);
        CheckpointFile.verify(file, 12, 1, 4);
    }

    @Test
    void placesWithoutRoomAreNamedBeforehand() throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file where a folder should be");
        CheckpointStore store = new CheckpointStore(occupied, 3, 4, 2);
        IOException e = assertThrows(IOException.class, () -> store.requireRoom(1_000));
        String rank = "rank 3 on host " + Host.NAME;
        assertTrue(
                e.getMessage()
                        .startsWith(
                                rank + " will not be able to write checkpoints: folder=" + occupied + ", bytes=1000"),
                e::getMessage);
        IOException late = assertThrows(IOException.class, () -> store.save(1, SECTIONS));
        assertTrue(
                late.getMessage().contains(rank + " cannot write the checkpoint of step 1: file=" + occupied),
                late::getMessage);
        CheckpointStore good = new CheckpointStore(folder.resolve("new"), 0, 1, 2);
        good.requireRoom(100_000);
        try (Stream<Path> files = Files.list(folder.resolve("new"))) {
            assertEquals(0, files.count(), "the trial is removed");
        }
    }

    @Test
    void aFullDiskIsAnErrorAndLeavesOlderOnes() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString()),
                "skipped: needs root to mount");
        try {
            CheckpointStore store = new CheckpointStore(disk, 0, 1, 2);
            IOException early = assertThrows(IOException.class, () -> store.requireRoom(1 << 20));
            assertTrue(early.getMessage().contains("bytes=1048576"), early::getMessage);
            store.requireRoom(64 << 10);
            store.save(1, SECTIONS);
            Map<Section, MemorySegment> large = Map.of(Section.PARAMETERS, MemorySegment.ofArray(new byte[1 << 20]));
            assertThrows(IOException.class, () -> store.save(2, large));
            assertEquals(List.of(1L), store.steps());
            store.verify(1);
            store.save(3, SECTIONS); // the room of the failed one is free again
        } finally {
            run("umount", "--lazy", disk.toString());
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    void whatCannotBeDeletedEndsNoRun() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, 0, 2, 2);
        Files.createDirectories(folder.resolve("step-000000000010-rank-0-of-2.ckpt/not empty"));
        for (long step : new long[] {20, 30}) {
            store.save(step, SECTIONS);
        }
        assertEquals(List.of(30L, 20L, 10L), store.steps());
        store.verify(30);
    }

    @Test
    void asManyGenerationsAreKeptAsAsked() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, 0, 2, 2);
        CheckpointStore peer = new CheckpointStore(folder, 1, 2, 2);
        peer.save(10, SECTIONS);
        for (long step : new long[] {10, 20, 30, 40}) {
            store.save(step, SECTIONS);
        }
        assertEquals(List.of(40L, 30L), store.steps());
        assertEquals(List.of(10L), peer.steps());
        assertEquals(List.of(), new CheckpointStore(folder.resolve("missing"), 0, 2, 2).steps());
        // A run that went back a generation overwrites what came later only when it gets there.
        store.save(35, SECTIONS);
        assertEquals(List.of(40L, 35L, 30L), store.steps());
        CheckpointStore more = new CheckpointStore(folder.resolve("more"), 0, 2, 4);
        for (long step = 1; step <= 6; step++) {
            more.save(step, SECTIONS);
        }
        assertEquals(List.of(6L, 5L, 4L, 3L), more.steps());
    }
}
