// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command records, in processes of its own: two at a time, and one after a kill. */
@Timeout(180)
class RecordTest extends TrainFixture {

    private static final String[] SIZE = {"--via=local:processes", "--epochs=30", "--checkpoint-every=20"};

    private static String[] with(String... more) {
        return Stream.concat(Stream.of(SIZE), Stream.of(more)).toArray(String[]::new);
    }

    private List<String> filesBeside(Path recording) throws Exception {
        try (Stream<Path> files = Files.list(recording.getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("." + recording.getFileName()))
                    .toList();
        }
    }

    /** The second is refused by one message, and takes nothing from the first, whose kill lets a third go on. */
    @Test
    void aFileHasOneRunAtATime() throws Exception {
        Path peace = folder.resolve("peace.rec");
        assertEquals(0, train(folder.resolve("a"), with("--record=" + peace)).waitFor(), this::logged);
        Path file = folder.resolve("shared.rec");
        Files.delete(log());
        Process first = train(folder.resolve("b"), with("--record=" + file));
        List<ProcessHandle> ranks = new ArrayList<>();
        try {
            awaitLog(first, "epoch 3/"); // has a checkpoint
            first.descendants().forEach(ranks::add);
            for (ProcessHandle rank : ranks) {
                stop(rank);
            }
            Files.delete(log());
            Process second = train(folder.resolve("c"), with("--record=" + file));
            assertEquals(ExitCode.INPUT_OUTPUT, second.waitFor(), this::logged);
            String refusal = "the recording " + file + " cannot be made: another run is recording to it";
            assertEquals(2, logged().split(Pattern.quote(refusal), -1).length, this::logged);
            assertFalse(logged().contains("\tat "), this::logged);
        } finally {
            ranks.forEach(ProcessHandle::destroyForcibly);
            first.destroyForcibly();
        }
        assertTrue(first.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, train(folder.resolve("b"), with("--record=" + file)).waitFor(), this::logged);
        assertEquals(-1, Files.mismatch(peace, file), this::logged);
        assertEquals(List.of(), filesBeside(file));
        assertEquals(digest(folder.resolve("a")), digest(folder.resolve("b")));
    }

    /** A rank that is stopped waits in the middle of its run for as long as the test takes. */
    private static void stop(ProcessHandle rank) throws Exception {
        new ProcessBuilder("kill", "-STOP", Long.toString(rank.pid())).start().waitFor();
    }
}
