// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitreduce.bench.train.SumRanks;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JvmFlags;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.QuickJvm;
import org.bitreduce.launch.cli.Main;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that lack something. What hides parts of this one needs root and mount namespaces, and is skipped without. */
@Timeout(120)
class BadEnvironmentTest {

    private static final String SECRET = "07".repeat(32);

    /** Start of a shell command to whose first argument, a folder, even root cannot write. */
    private static final String LOCK = "mount --bind \"$1\" \"$1\"; mount -o remount,bind,ro \"$1\"; ";

    private record Ended(int code, String text) {}

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(100, TimeUnit.SECONDS), text);
        return new Ended(process.exitValue(), text);
    }

    /** Runs a shell command that may mount what it likes; nobody else sees it. */
    private static Ended hidden(String script, String... arguments) throws IOException, InterruptedException {
        try {
            Ended probe = run(List.of("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"));
            assumeTrue(probe.code == 0, () -> "skipped: no mount namespaces here: " + probe.text);
        } catch (IOException e) {
            assumeTrue(false, () -> "skipped: no unshare here: " + e);
        }
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", script, "sh"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static List<String> bitreduce(List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Launch.java()));
        command.addAll(QuickJvm.launcherFlags());
        command.addAll(flags);
        command.addAll(List.of("-cp", QuickJvm.classPath(), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void withoutAJdkTheScriptSaysWhereToGetOne() throws Exception {
        Path script = Path.of("..", "bitreduce").toRealPath();
        Ended ended = hidden(
                "mount -t tmpfs none /usr/lib/jvm; exec env -i HOME=/nonexistent PATH=/usr/bin:/bin \"$1\" --help",
                script.toString());
        assumeTrue(!ended.text.contains("Usage:"), "skipped: there is a JDK outside /usr/lib/jvm");
        assertEquals(ExitCode.UNAVAILABLE, ended.code, ended.text);
        assertTrue(ended.text.contains("no JDK 25 or newer found"), ended.text);
        assertTrue(ended.text.contains("set JAVA_HOME"), ended.text);
        assertEquals(1, ended.text.lines().count(), ended.text);
    }

    /** Results that replace what is there need no room beside it. */
    @Test
    void aFileThatMayBeWrittenInAFolderThatMayNotIsEnough(@TempDir Path folder) throws Exception {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Path chart = Files.createFile(locked.resolve("chart.png"));
        Path open = Files.createFile(folder.resolve("open.png"));
        String line = "bench all-reduce --np 1 --via local:threads -b 4 -e 8 --bits 32 --iterations 1 --warmup 0";
        List<String> command = bitreduce(List.of(), line.split(" "));
        command.add("--chart=" + chart);
        command.addAll(0, List.of(locked.toString(), open.toString(), chart.toString()));
        Ended ended = hidden(LOCK + "mount --bind \"$2\" \"$3\"; shift 3; exec \"$@\"", command.toArray(String[]::new));
        assertEquals(ExitCode.OK, ended.code, ended.text);
        assertTrue(ended.text.contains("fontconfig") || Files.size(open) > 1000, ended.text);
        assertEquals(0, Files.size(chart));
    }

    /** A folder of a file system mounted read-only, where root may not write either. */
    @ParameterizedTest
    @CsvSource({
        "train --via local:threads --np 1 --task synthetic --epochs 1 --out RO/out, 74, cannot write the results: folder=RO/out",
        "train --via local:threads --np 1 --task synthetic --epochs 1 --out RW --record RO/r, 74, the recording RO/r cannot be made",
        "compare --task synthetic --np 1 --methods fp32 --epochs 1 --seeds 1 --out RO/c, 74, cannot read or write: file=RO/c",
        "tune --np 2 --via local:threads --out RO/t, 74, cannot write RO/t",
        "bench all-reduce --np 1 -b 1K -e 1K --format json --out RO/b, 74, cannot write RO/b",
        "bench all-reduce --np 1 -b 1K -e 1K --tuning RO, 64, a folder and no table of algorithms: file=RO",
        "bench all-reduce --np 1 -b 1K -e 1K --tuning RO/no, 64, there is no table of algorithms: file=RO/no"
    })
    void foldersThatCannotBeWrittenAreNamed(String arguments, int code, String expected, @TempDir Path folder)
            throws Exception {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        String[] words = Stream.of(arguments.split(" "))
                .map(word -> word.replace("RO", locked.toString())
                        .replace("RW", folder.resolve("out").toString()))
                .toArray(String[]::new);
        List<String> command = bitreduce(List.of(), words);
        command.addFirst(locked.toString());
        Ended ended = hidden(LOCK + "shift; exec \"$@\"", command.toArray(String[]::new));
        assertEquals(code, ended.code, ended.text);
        assertTrue(ended.text.contains("bitreduce: "), ended.text);
        assertTrue(ended.text.contains(expected.replace("RO", locked.toString())), ended.text);
        assertFalse(ended.text.contains("\tat "), ended.text);
    }

    /** A rank as srun or mpirun starts it, with what they would put into its environment. */
    private static Ended rank(String... environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.add(Launch.java());
        command.addAll(JvmFlags.all());
        command.addAll(QuickJvm.rankFlags());
        command.addAll(List.of("-Dbitreduce.main=" + SumRanks.class.getName(), "-cp", QuickJvm.classPath()));
        command.add("org.bitreduce.launch.rank.LooseRank");
        return run(command);
    }

    /** One line, which says on which rank and host. */
    private static void assertSaidInOneLine(int code, Ended ended, int rank, String... expected) {
        assertEquals(code, ended.code, ended.text);
        List<String> lines = ended.text
                .lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules")
                        && !line.startsWith("NOTE: Picked up JDK_"))
                .toList();
        assertEquals(1, lines.size(), ended.text);
        String who = rank < 0 ? "this process on host " + Host.NAME : "rank " + rank + " (host " + Host.NAME + ")";
        assertTrue(lines.getFirst().startsWith("bitreduce: " + who), ended.text);
        for (String words : expected) {
            assertTrue(lines.getFirst().contains(words), ended.text);
        }
    }

    /** Ranks of mpirun meet at a port that is told them, so it may be taken. */
    @Test
    void anOccupiedPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String place = "127.0.0.1:" + taken.getLocalPort();
            Ended ended = rank("PMI_RANK=0", "PMI_SIZE=2", "BITREDUCE_SECRET=" + SECRET, "BITREDUCE_MEET=" + place);
            assertSaidInOneLine(
                    ExitCode.INPUT_OUTPUT,
                    ended,
                    0,
                    "rank 0 cannot listen where the ranks meet",
                    place,
                    "a port that is free there");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PMI_RANK=two PMI_SIZE=2, 74, -1, PMI_RANK=two: must be a number from 0 to 1",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_TUNING=/nonexistent, 64, 1, BITREDUCE_TUNING: there is no table of algorithms: file=/nonexistent",
        "PMI_RANK=1 PMI_SIZE=2 JDK_JAVA_OPTIONS=-Dbitreduce.transport=tpc, 64, 1, did you mean tcp?",
        "PMI_RANK=2 PMI_SIZE=2, 74, -1, PMI_RANK=2: must be a number from 0 to 1",
        "PMI_RANK=1 PMI_SIZE=2, 74, 1, export BITREDUCE_SECRET=$(./bitreduce secret)",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_SECRET=short, 74, 1, the job's secret cannot be read",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_SECRET_FILE=/nonexistent, 74, 1, /nonexistent",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_SECRET=S A=B, 74, 1, export BITREDUCE_MEET=HOST:PORT",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_SECRET=S BITREDUCE_MEET=no.such.host.invalid:1, 74, 1, host=no.such.host.invalid",
        "PMI_RANK=1 PMI_SIZE=2 BITREDUCE_SECRET=S BITREDUCE_MEET=127.0.0.1:no, 74, 1, BITREDUCE_MEET=127.0.0.1:no",
        "PMI_RANK=0 PMI_SIZE=2 BITREDUCE_SECRET=S BITREDUCE_MEET=192.0.2.1:7000, 74, 0, /192.0.2.1:7000"
    })
    void aWrongEnvironmentOfARankIsNamed(String environment, int code, int rank, String expected) throws Exception {
        String[] words = environment.replace("=S ", "=" + SECRET + " ").split(" ");
        assertSaidInOneLine(code, rank(words), rank, expected);
    }

    private static Ended benchWithSharedMemoryOf(String room) throws IOException, InterruptedException {
        String line = "bench all-reduce --np 2 --via local:processes -b 1M -e 1M --bits 32,4 --place in --iterations 1"
                + " --warmup 0 --time-out 60 --jvm=-Xmx256m";
        List<String> command = bitreduce(List.of(), line.split(" "));
        command.addAll(QuickJvm.rankOptions());
        return hidden("mount -t tmpfs -o size=" + room + " none /dev/shm; exec \"$@\"", command.toArray(String[]::new));
    }

    /** A host with too little shared memory for vectors works, more slowly, and says so. */
    @Test
    void shortSharedMemoryIsSaidAndWorkGoesOn() throws Exception {
        Ended ended = benchWithSharedMemoryOf("64k");
        assertEquals(ExitCode.OK, ended.code, ended.text);
        assertTrue(ended.text.contains("no room for") && ended.text.contains("/dev/shm"), ended.text);
        assertTrue(ended.text.contains("# rows: 2, their results verified; wrong elements: 0"), ended.text);
    }

    /** With less than ranks need to find each other nothing starts; it is an error, not a crash. */
    @Test
    void fullSharedMemoryIsAnError() throws Exception {
        Ended ended = benchWithSharedMemoryOf("8k");
        assertEquals(ExitCode.INPUT_OUTPUT, ended.code, ended.text);
        assertTrue(ended.text.contains("no space left") && ended.text.contains("make room in /dev/shm"), ended.text);
        assertFalse(ended.text.contains("SIGBUS"), ended.text);
    }

    /** Where ranks pass their rows to the command. */
    @Test
    void aFullTemporaryFolderIsNamed() throws Exception {
        String line =
                "bench all-reduce --np 2 --via local:processes -b 4 -e 64K --bits 32,8,4,2 --iterations 20 --warmup 0"
                        + " --time-out 60 --jvm=-Xmx256m";
        List<String> command = bitreduce(List.of(), line.split(" "));
        command.addAll(QuickJvm.rankOptions());
        Ended ended = hidden("mount -t tmpfs -o size=4k none /tmp; exec \"$@\"", command.toArray(String[]::new));
        assertEquals(ExitCode.INPUT_OUTPUT, ended.code, ended.text);
        assertTrue(ended.text.contains("bitreduce: cannot write the rows to /tmp/bitreduce-bench"), ended.text);
        assertTrue(ended.text.contains("No space left on device"), ended.text);
        assertFalse(ended.text.contains("\tat "), ended.text);
    }

    @ParameterizedTest
    @CsvSource({
        "run --np 2 --address no.such.host.invalid -- x.Y, 64, no such address: address=no.such.host.invalid",
        "run --np 2 --via mpjrun:niodev -- x.Y, 69, MPJ Express is not there: folder=/nonexistent",
        "run --np 2 --via mpjrun -- x.Y, 69, MPJ Express is not there: folder=/nonexistent",
        "train --via mpjrun --np 2, 69, MPJ Express is not there: folder=/nonexistent",
        "bench all-reduce --via mpjrun:hybrid --np 2, 69, MPJ Express is not there: folder=/nonexistent",
        "run --np 2 -- no.such.Program, 64, no.such.Program",
        "train --task ag-news --data /nonexistent --np 1, 69, --data=/nonexistent"
    })
    void whatIsMissingIsNamed(String arguments, int code, String expected) throws Exception {
        Ended ended = run(bitreduce(List.of("-Dbitreduce.mpj.home=/nonexistent"), arguments.split(" ")));
        assertEquals(code, ended.code, ended.text);
        assertTrue(ended.text.contains(expected), ended.text);
        assertFalse(ended.text.contains("\tat "), ended.text);
    }
}
