// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitreduce.launch.JvmFlags;

/**
 * What a report says of the machine, from a fixed list: no environment variables, no paths, no names.
 *
 * @param cpu model
 * @param cores that this process may use
 * @param loadAverage over the last minute, before the run; negative where unknown
 * @param np number of ranks
 * @param jdk runtime version
 * @param flags of the ranks' JVMs
 * @param os name, version and architecture
 * @param commit of the source, empty where unknown; with {@code +} if it was changed
 * @param date in UTC
 */
public record Environment(
        @JsonProperty("cpu") String cpu,
        @JsonProperty("cores") int cores,
        @JsonProperty("load_average") double loadAverage,
        @JsonProperty("np") int np,
        @JsonProperty("jdk") String jdk,
        @JsonProperty("flags") List<String> flags,
        @JsonProperty("os") String os,
        @JsonProperty("commit") String commit,
        @JsonProperty("date") String date) {

    /**
     * {@return this machine, now}
     *
     * @param np number of ranks
     */
    public static Environment now(int np) {
        return new Environment(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                np,
                System.getProperty("java.vendor") + " " + Runtime.version(),
                JvmFlags.all(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                describeCommit(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Asks git about the folder that the classes are in; a packaged program has none. */
    private static String describeCommit() {
        try {
            Path classes = Path.of(Environment.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*")
                    .directory(classes.getParent().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "";
        } catch (IOException | URISyntaxException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
