// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.AfterEach;

/** Runs whole jobs, keeps what they print, and checks that they leave nothing behind. */
abstract class JobFixture {

    /** JVM flags for a quick start. */
    static final List<String> QUICK =
            Stream.concat(Stream.of("-Xmx64m"), QuickJvm.rankFlags().stream()).toList();

    static {
        System.setProperty("java.class.path", QuickJvm.classPath()); // ranks get that of their launcher, here this JVM
    }

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();

    static Job job(Via via, int np, Class<?> main, String... args) {
        assumeTrue(
                !via.needsMpj() || MpjHome.available(),
                "skipped: no MPJ Express at " + System.getProperty(MpjHome.PROPERTY));
        return Job.of(via, np, main.getName(), args)
                .withJvmFlags(QUICK.toArray(String[]::new))
                .withTimeOut(Duration.ofSeconds(40));
    }

    JobResult run(Job job) {
        return new JobRunner(job, new RankConsole(out, err, false)).run();
    }

    String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    String all() {
        return output() + errors();
    }

    @AfterEach
    void leavesNothing() throws IOException {
        long self = ProcessHandle.current().pid();
        assertEquals(
                List.of(),
                ProcessHandle.current()
                        .children()
                        .filter(ProcessEnder::isRunning)
                        .toList());
        Path shared = Path.of("/dev/shm");
        if (Files.isDirectory(shared)) {
            try (Stream<Path> files = Files.list(shared)) {
                assertEquals(
                        List.of(),
                        files.filter(file -> file.toString().contains("bitreduce-job-")
                                        && file.toString().contains("-" + self + "-"))
                                .toList());
            }
        }
    }
}
