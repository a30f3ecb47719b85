// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clones in folders whose names a shell, or whoever splits words, would take apart. */
@Timeout(120)
class OddFolderTest extends CloneFixture {

    @Test
    void aCloneOfAnOddNameRunsJobs() throws Exception {
        clone = Files.move(clone, folder.resolve("it's $HOME; a \"b\" & (c) #1"));
        Process login = bitreduce("build");
        assertEquals(0, login.waitFor(), () -> said(login));
        Path ssh = script("ssh", "shift; exec sh -c \"$*\""); // joins words, and a shell takes them apart
        Path mpirun = script("mpirun", """
                shift 2
                for rank in 0 1; do PMI_RANK=$rank PMI_SIZE=2 MPI_LOCALNRANKS=2 "$@" & done
                wait
                """);
        Path nodes = Files.writeString(folder.resolve("nodes"), "a\nb\n");
        List<String> ways = new ArrayList<>(List.of(
                "--via=local:threads",
                "--via=local:processes",
                "--via=local:processes;--machines=%s;--remote-shell=%s {host};--address=127.0.0.2"
                        .formatted(nodes, ssh),
                "--via=mpirun;--starter=" + mpirun));
        if (MpjHome.available()) {
            ways.addAll(List.of("--via=mpjrun:multicore", "--via=mpjrun:niodev", "--via=mpjrun:hybrid"));
        }
        for (String way : ways) {
            List<String> words = new ArrayList<>(List.of("run", "--np=2"));
            words.addAll(List.of(way.split(";")));
            words.addAll(List.of(
                    "--jvm=-Xmx96m", "--jvm=-XX:TieredStopAtLevel=1", "--", Adder.class.getName(), "it's", "a  b"));
            Process job = bitreduce(words.toArray(String[]::new));
            assertTrue(job.waitFor(60, TimeUnit.SECONDS), () -> way + said(job));
            assertEquals(0, job.exitValue(), () -> way + said(job));
            assertTrue(said(job).contains("sum 3.0 of 2 with it's,a  b"), () -> way + said(job));
        }
    }

    @Test
    void aCloneThatJavaCannotNameIsRefused() throws Exception {
        clone = Files.move(clone, folder.resolve("a:b"));
        Process process = bitreduce("--help");
        assertEquals(ExitCode.USAGE, process.waitFor(), () -> said(process));
        assertTrue(said(process).contains("folder=" + clone + "; move or rename it"), () -> said(process));
        assertEquals(1, said(process).lines().count(), () -> said(process));
    }
}
