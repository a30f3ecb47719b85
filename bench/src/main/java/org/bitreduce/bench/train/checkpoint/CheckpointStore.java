// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.transport.shm.Host;

/**
 * One rank's checkpoints in a folder, the newest few. Two are enough: a rank that writes step {@code s} has been through
 * a collective that every rank entered after it had written the checkpoint before, so that one exists on all ranks.
 * Confined to one thread; ranks may share a folder.
 */
public final class CheckpointStore {

    private static final System.Logger LOGGER = System.getLogger(CheckpointStore.class.getName());

    private final Path folder;
    private final int rank;
    private final int ranks;
    private final int keep;
    private final Pattern names;

    /**
     * Names a folder; {@link #requireRoom} makes it with all above it, a save only itself.
     *
     * @param folder of all ranks, or of this host's
     * @param rank this rank
     * @param ranks number of ranks of the run
     * @param keep how many are kept, at least 2
     */
    public CheckpointStore(Path folder, int rank, int ranks, int keep) {
        this.folder = folder;
        this.rank = rank;
        this.ranks = ranks;
        this.keep = keep;
        names = Pattern.compile("step-(\\d{12})-rank-%d-of-%d\\.ckpt".formatted(rank, ranks));
    }

    /**
     * Saves a step, and deletes all but the newest. Older ones that cannot be deleted stay, with a warning: this one is whole.
     *
     * @param step number of steps done
     * @param sections read before this returns
     * @throws IOException if it could not be written; older checkpoints are as they were then
     */
    public void save(long step, Map<Section, MemorySegment> sections) throws IOException {
        Path file = path(step);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder); // not the run's own folder: what it held is gone with it
            }
            CheckpointFile.write(file, step, rank, ranks, sections);
        } catch (IOException e) {
            throw new IOException(
                    "rank %d on host %s cannot write the checkpoint of step %d: file=%s, cause=%s; %s"
                            .formatted(rank, Host.NAME, step, file, OutputFile.reason(e), cure()),
                    e);
        }
        prune(step);
    }

    private void prune(long newest) {
        try {
            for (long old :
                    steps().stream().filter(s -> s < newest).skip(keep - 1).toList()) {
                Files.deleteIfExists(path(old));
            }
        } catch (IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "rank %d on host %s keeps checkpoints that it cannot delete: %s"
                            .formatted(rank, Host.NAME, OutputFile.reason(e)));
        }
    }

    private String cure() {
        List<Long> whole;
        try {
            whole = steps();
        } catch (IOException e) {
            whole = List.of();
        }
        return whole.stream()
                .findFirst()
                .map(newest -> "the one of step %d is untouched: mend that and go on by ./bitreduce train --resume %s"
                        .formatted(newest, folder.toAbsolutePath().getParent()))
                .orElse("no earlier one is there: mend that and start the run again");
    }

    /**
     * Tries whether a checkpoint can be written, by a file of its size that is written, forced to the disk and removed.
     *
     * @param bytes upper bound of a checkpoint's size
     * @throws IOException if not, naming the folder and what is wrong with it
     */
    public void requireRoom(long bytes) throws IOException {
        Path trial = folder.resolve("trial-rank-%d-of-%d.part".formatted(rank, ranks));
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(trial);
            try {
                ChronicleFile.create(trial, bytes).closeDurably();
            } finally {
                Files.deleteIfExists(trial);
            }
        } catch (IOException e) {
            boolean file = Files.exists(folder) && !Files.isDirectory(folder);
            throw new IOException(
                    "rank %d on host %s will not be able to write checkpoints: folder=%s, bytes=%d, cause=%s; make room there or choose another --out"
                            .formatted(rank, Host.NAME, folder, bytes, file ? "it is no folder" : OutputFile.reason(e)),
                    e);
        }
    }

    /**
     * Reads a step and compares all checksums, without keeping it.
     *
     * @param step from {@link #steps}
     * @throws IOException if the file is damaged or of another rank, naming it
     */
    public void verify(long step) throws IOException {
        CheckpointFile.verify(path(step), step, rank, ranks);
    }

    /** {@return the steps that there are files of, the newest first; they have not been checked} */
    public List<Long> steps() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> names.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(match -> Long.valueOf(match.group(1)))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * {@return the sections of a step, copied to the heap}
     *
     * @param step from {@link #steps}
     * @throws IOException if the file is damaged or of another rank, naming it
     */
    public Map<Section, MemorySegment> load(long step) throws IOException {
        return CheckpointFile.read(path(step), step, rank, ranks);
    }

    private Path path(long step) {
        return folder.resolve("step-%012d-rank-%d-of-%d.ckpt".formatted(step, rank, ranks));
    }
}
