// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other JVMs, with other vectors or none, write the same bytes. */
class KernelPlatformsTest {

    private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

    /** With it, vectors go to absolute addresses; without it, to bounded segments. */
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES) // five JVMs, on machines that may be busy
    void everyVectorSizeAndNoneGivesTheSameDigest() throws Exception {
        String expected = KernelWorkload.digest(new ScalarKernels());
        List<Process> jvms = new ArrayList<>();
        try {
            // Two at a time: more would only wait for each other.
            jvms.add(start("vector", "20", VECTOR_MODULE, NATIVE_ACCESS, "-XX:MaxVectorSize=16"));
            jvms.add(start("vector", "20", VECTOR_MODULE, "-XX:MaxVectorSize=32"));
            check("vector128 " + expected, output(jvms.get(0)));
            check("vector(128|256) " + expected, output(jvms.get(1)));
            jvms.add(start("vector", "20", VECTOR_MODULE, "-XX:MaxVectorSize=64"));
            jvms.add(start("best", "0"));
            check("vector(128|256|512) " + expected, output(jvms.get(2)));
            String withoutModule = output(jvms.get(3));
            check("scalar " + expected, withoutModule);
            assertEquals(2, withoutModule.split(VECTOR_MODULE, -1).length, "said once: " + withoutModule);
            jvms.add(start("best", "0", VECTOR_MODULE, "-Xint"));
            check("scalar " + expected, output(jvms.get(4)));
        } finally {
            jvms.forEach(Process::destroyForcibly);
        }
    }

    private static void check(String lastLine, String output) {
        assertTrue(output.matches("(?s).*" + lastLine + "\n"), output);
    }

    private static Process start(String kernels, String repetitions, String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("-Xmx256m", KernelWorkload.class.getName(), kernels, repetitions));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process jvm) throws Exception {
        String text = new String(jvm.getInputStream().readAllBytes(), UTF_8);
        assertTrue(jvm.waitFor(30, TimeUnit.SECONDS) && jvm.exitValue() == 0, text);
        return text;
    }
}
