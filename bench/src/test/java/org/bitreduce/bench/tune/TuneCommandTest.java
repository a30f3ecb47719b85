// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CommandRun;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class TuneCommandTest {

    @TempDir
    private Path folder;

    private static int run(String... words) throws Exception {
        return CommandRun.of(new TuneCommand(), words).exitCode();
    }

    /** Measured, written, read again, and what is there is not overwritten unasked. */
    @Test
    void measuresAndWritesATable() throws Exception {
        Path out = folder.resolve("a folder/tuning.txt");
        String[] words = {
            "--np=2",
            "--via=local:threads",
            "-b=64",
            "-e=256",
            "--bits=4",
            "--rounds=1",
            "--iterations=5",
            "--warmup=1",
            "--jvm=-Xmx256m",
            "--jvm=-XX:TieredStopAtLevel=1",
            "--jvm=-XX:+UseSerialGC",
            "--time-out=80",
            "--out=" + out
        };
        assertEquals(ExitCode.OK, run(words));
        AlgorithmTable table = AlgorithmTable.read(out);
        AlgorithmTable usual = AlgorithmTable.standard();
        assertTrue(table.rules().size() > usual.rules().size(), table::toString);
        assertEquals("shared-memory", table.rules().getFirst().transport());
        assertEquals(
                usual.choose("tcp", Operation.ALL_REDUCE, Mode.TWOSHOT, 2, 64),
                table.choose("tcp", Operation.ALL_REDUCE, Mode.TWOSHOT, 2, 64));
        String text = Files.readString(out);
        var refusal = assertThrows(IllegalArgumentException.class, () -> run(words));
        assertTrue(refusal.getMessage().contains("pass --force"), refusal.getMessage());
        assertEquals(text, Files.readString(out));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--np=1 | np=1",
                "--np=4,5000 | np=5000",
                "--collective=barrier | nothing to tune",
                "--collective=all-redcue | did you mean all-reduce?",
                "--rounds=0 | rounds=0",
                "--margin=-1 | margin=-1.0"
            })
    void wrongOptionsAreNamed(String option, String expected) {
        Path out = folder.resolve("never.txt");
        var e = assertThrows(IllegalArgumentException.class, () -> run(option, "--out=" + out));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertFalse(Files.exists(out));
    }

    /** What is no table is one message that names file and line. */
    @Test
    void alienFilesAreRefused() throws Exception {
        Path file = folder.resolve("alien.txt");
        var missing = assertThrows(IllegalArgumentException.class, () -> AlgorithmTable.read(file));
        assertTrue(missing.getMessage().contains("there is no table of algorithms"), missing.getMessage());
        Files.writeString(file, "# fine\n* * * 1- 0- direct\nBEGIN:VCARD\n");
        var alien = assertThrows(IllegalArgumentException.class, () -> AlgorithmTable.read(file));
        assertTrue(alien.getMessage().contains("alien.txt, line 3: a rule has six words"), alien.getMessage());
        Files.write(file, new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0});
        var binary = assertThrows(IllegalArgumentException.class, () -> AlgorithmTable.read(file));
        assertTrue(binary.getMessage().contains("alien.txt is no text"), binary.getMessage());
    }
}
