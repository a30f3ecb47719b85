// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.bench.peers.CacheFolder;
import org.bitreduce.bench.peers.DebianPackages;
import org.bitreduce.bench.peers.MpiFamily;
import org.bitreduce.bench.peers.MpiInstallation;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JvmFlags;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.QuickJvm;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranks that the real mpirun of Open MPI and mpiexec of MPICH start. Nothing is fetched here: {@code bench versus} does that. */
@Timeout(180)
class MpiLaunchersTest extends TrainFixture {

    /** {@return a script that is the launcher, with what it needs in its environment} */
    private Path launcher(MpiFamily family) throws Exception {
        MpiInstallation mpi = installation(family);
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        mpi.environment().forEach((name, value) -> script.append("export %s='%s'%n".formatted(name, value)));
        String options = family == MpiFamily.OPEN_MPI ? " --oversubscribe" : "";
        script.append("exec '%s'%s \"$@\"%n".formatted(mpi.launcher(), options));
        Path file = Files.writeString(folder.resolve(family.label()), script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static MpiInstallation installation(MpiFamily family) throws Exception {
        Path beside = Path.of(System.getProperty(MpjHome.PROPERTY)).resolveSibling("peers"); // where ./bitreduce has it
        for (Path cache : List.of(beside, CacheFolder.path())) {
            if (Files.isDirectory(cache.resolve(family.label()))) {
                return MpiInstallation.find(family, new DebianPackages(cache, progress -> {}));
            }
        }
        String installed = family == MpiFamily.OPEN_MPI ? "mpirun.openmpi" : "mpiexec.hydra";
        try {
            if (Tool.find(installed).isPresent()) {
                return MpiInstallation.find(family, new DebianPackages(beside, progress -> {}));
            }
        } catch (Unavailable e) {
            abort("skipped: " + e.getMessage());
        }
        return abort("skipped: no " + family.label() + "; ./bitreduce bench versus fetches it");
    }

    private Process ranks(Path launcher, int np, String main) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "-n", Integer.toString(np), "env"));
        command.add(Launch.java());
        command.addAll(JvmFlags.all());
        command.addAll(QuickJvm.rankFlags());
        command.addAll(List.of("-Dbitreduce.main=" + main, "-Xmx96m", "-cp", QuickJvm.classPath()));
        command.add("org.bitreduce.launch.rank.LooseRank");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    @ParameterizedTest
    @EnumSource(MpiFamily.class)
    void ranksMeetAndTheirCodesArePassedOn(MpiFamily family) throws Exception {
        Path launcher = launcher(family);
        assertEquals(0, ranks(launcher, 3, SumRanks.class.getName()).waitFor(), this::logged);
        for (int rank = 0; rank < 3; rank++) {
            assertTrue(logged().contains("rank " + rank + " of 3 over shared-memory: 6.0"), this::logged);
        }
        assertEquals(ExitCode.USAGE, ranks(launcher, 2, "no.such.Program").waitFor(), this::logged);
        assertTrue(logged().contains("main class not found: class=no.such.Program"), this::logged);
    }

    /** To the command, as a batch system does, or to mpirun itself. */
    @ParameterizedTest
    @CsvSource({"OPEN_MPI, false", "OPEN_MPI, true", "MPICH, false", "MPICH, true"})
    void aSignalEndsInACheckpointAndNothingIsLeft(MpiFamily family, boolean toMpirun) throws Exception {
        Path out = folder.resolve("run");
        Process run = train(
                out,
                "--via=mpirun",
                "--starter=" + launcher(family),
                "--epochs=100000",
                "--checkpoint-every=0",
                "--grace=60");
        List<ProcessHandle> below = List.of();
        try {
            awaitLog(run, "epoch 2/");
            below = run.descendants().toList();
            ProcessHandle mpirun = run.children().findFirst().orElseThrow();
            (toMpirun ? mpirun : run.toHandle()).destroy();
            assertEquals(ExitCode.RESUME_LATER, run.waitFor(), this::logged);
            assertTrue(logged().contains("; go on with: ./bitreduce train --resume " + out), this::logged);
            assertTrue(!logged().contains("ends with code"), this::logged);
            try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
                assertEquals(2, files.count(), this::logged);
            }
            for (ProcessHandle process : below) {
                process.onExit().join(); // not for ever: tests have a deadline
                assertEquals(List.of(), sharedBy(process));
            }
        } finally {
            run.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** {@return folders for shared memory of the children of a process} */
    private static List<Path> sharedBy(ProcessHandle parent) throws IOException {
        List<Path> found = new ArrayList<>();
        String pattern = "bitreduce-*-" + parent.pid() + "-*-0";
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/dev/shm"), pattern)) {
            folders.forEach(found::add);
        }
        return found;
    }
}
