// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import java.io.IOException;
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

/**
 * One rank's checkpoints in a folder, the newest few. Two are enough: a rank that writes step {@code s} has been through
 * a collective that every rank entered after it had written the checkpoint before, so that one exists on all ranks.
 * Confined to one thread; ranks may share a folder.
 */
public final class CheckpointStore {

    private final Path folder;
    private final int rank;
    private final int ranks;
    private final int keep;
    private final Pattern names;

    /**
     * Names a folder; it is made by the first save.
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
     * Saves a step, and deletes all but the newest.
     *
     * @param step number of steps done
     * @param sections read before this returns
     * @throws IOException if it could not be written; older checkpoints are as they were then
     */
    public void save(long step, Map<Section, MemorySegment> sections) throws IOException {
        try {
            Files.createDirectories(folder);
            CheckpointFile.write(path(step), step, rank, ranks, sections);
        } catch (IOException e) {
            throw new IOException(
                    "rank %d cannot write the checkpoint of step %d: folder=%s, cause=%s; older ones are whole: make room and go on from them"
                            .formatted(rank, step, folder, e),
                    e);
        }
        for (long old : steps().stream().filter(s -> s < step).skip(keep - 1).toList()) {
            Files.deleteIfExists(path(old));
        }
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
                    "rank %d will not be able to write checkpoints: folder=%s, bytes=%d, cause=%s; make room there or choose another --out"
                            .formatted(rank, folder, bytes, file ? "it is no folder" : OutputFile.reason(e)),
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
