// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.bitreduce.Mode;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.ReplayCommand.Format;
import org.bitreduce.bench.train.recording.Gaps;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.bench.train.recording.RecordingShape;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.text.Names;

/**
 * Replays a recording with several methods. Arguments after the word {@code --train}: recording, folder of the results,
 * format, mode or {@code usual}, methods joined by commas.
 */
public final class ReplayProgram {

    private ReplayProgram() {}

    /**
     * Replays.
     *
     * @param args as described above
     * @throws LaunchException if the recording cannot be used, or results not be written
     * @throws ExecutionException if a collective failed
     * @throws InterruptedException if asked to stop
     */
    public static void main(String[] args) throws ExecutionException, InterruptedException {
        try {
            replay(args);
        } catch (IOException e) {
            throw OutputFile.refusal(e);
        }
    }

    private static void replay(String... args) throws IOException, ExecutionException, InterruptedException {
        List<String> own = ReplayCommand.own(args);
        Path out = Path.of(own.get(1));
        Format format = Names.parse(Format.class, "format", own.get(2));
        Mode mode = own.get(3).equals("usual") ? null : Names.parse(Mode.class, "mode", own.get(3));
        Map<String, List<Replay.Row>> rows = new LinkedHashMap<>();
        try (RecordingFile recording = RecordingFile.open(Path.of(own.get(0)), false)) {
            List<Long> whole = wholeSteps(recording);
            for (String method : own.get(4).split(",")) {
                System.err.printf("replaying %,d steps with %s%n", whole.size(), method);
                rows.put(method, new Replay(recording, whole).run(Method.parse(method), mode));
            }
            ReplayReport report = new ReplayReport(recording.shape(), recording.settings(), rows);
            Files.createDirectories(out);
            OutputFile.replace(out.resolve("replay.csv"), report.csv());
            OutputFile.replace(out.resolve("replay.json"), report.json());
            report.page().write(out.resolve("report.html"));
            System.out.print(
                    switch (format) {
                        case TEXT -> report.text() + "\nwritten to " + out + "\n";
                        case CSV -> report.csv();
                        case JSON -> report.json();
                    });
        }
    }

    private static List<Long> wholeSteps(RecordingFile recording) {
        List<Long> whole;
        try {
            whole = recording.whole();
        } catch (IOException damaged) {
            throw new LaunchException(ExitCode.DATA, damaged.getMessage(), damaged);
        }
        if (whole.isEmpty()) {
            throw new LaunchException(
                    ExitCode.DATA, "the recording has no step that is whole: was the run stopped within its first?");
        }
        RecordingShape shape = recording.shape();
        String gaps = Gaps.text(whole, whole.getLast() + 1, shape.every());
        if (!gaps.isEmpty()) {
            System.err.println("the recording lacks " + gaps);
        }
        if (whole.getLast() + 1 < shape.steps()) {
            System.err.printf("the recording ended early, after step %,d%n", recording.step(whole.getLast()));
        }
        if (whole.size() < shape.steps()) {
            System.err.printf("%,d of %,d steps are whole, and are used%n", whole.size(), shape.steps());
        }
        return whole;
    }
}
