// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.rank.Directories;

/**
 * Debian's packages, unpacked into a folder: needs no root and changes nothing of the system. What a package depends on
 * and the system has not comes along.
 */
public final class DebianPackages {

    /** A package that would be new to the system; one that would only be upgraded has its old version in brackets. */
    private static final Pattern NEW_PACKAGE = Pattern.compile("^Inst (\\S+) \\(");

    private static final Duration LOOKING = Duration.ofMinutes(1);
    private static final Duration FETCHING = Duration.ofMinutes(10);

    private final Path cache;
    private final Consumer<String> progress;

    /**
     * Makes a store; nothing is fetched yet.
     *
     * @param cache folder for all that is unpacked, made if need be
     * @param progress gets a line before something that takes time
     */
    public DebianPackages(Path cache, Consumer<String> progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /**
     * Fetches and unpacks packages, unless that has been done before.
     *
     * @param name of the folder
     * @param programs packages wanted with what they need to run
     * @param alone packages wanted without what they depend on, such as headers
     * @return the folder that stands for the root of the file system
     * @throws Unavailable if this is no Debian, or its packages cannot be fetched
     */
    public Path unpack(String name, List<String> programs, List<String> alone)
            throws Unavailable, IOException, InterruptedException {
        Path done = cache.resolve(name);
        if (Files.isDirectory(done)) {
            return done;
        }
        if (Tool.find("apt-get").isEmpty() || Tool.find("dpkg-deb").isEmpty()) {
            throw new Unavailable("it is not installed, and without apt-get and dpkg-deb Debian's packages ("
                    + String.join(" ", programs) + ") cannot be unpacked either; install it and put it on the PATH");
        }
        Files.createDirectories(cache);
        Path work = Files.createTempDirectory(cache, name + "-");
        try {
            List<String> packages = new ArrayList<>(alone);
            List<String> options = options(work);
            packages.addAll(resolve(work, options, programs));
            progress.accept("fetching %d of Debian's packages for %s, once".formatted(packages.size(), name));
            fetch(work, options, packages);
            Files.move(work.resolve("root"), done);
            return done;
        } finally {
            Directories.delete(work);
        }
    }

    private static List<String> options(Path work) throws IOException {
        Files.createDirectories(work.resolve("cache/archives/partial"));
        Files.createDirectories(work.resolve("lists/partial"));
        return new ArrayList<>(List.of(
                "-q",
                "-o",
                "Dir::Cache=" + work.resolve("cache"),
                "-o",
                "APT::Sandbox::User=",
                "-o",
                "Acquire::http::Timeout=20",
                "-o",
                "Acquire::https::Timeout=20",
                "-o",
                "Acquire::Retries=1"));
    }

    /** Asks what would be installed; where the system has no lists of packages, with lists of our own. */
    private List<String> resolve(Path work, List<String> options, List<String> programs)
            throws Unavailable, IOException, InterruptedException {
        Tool.Result plan = simulate(options, programs);
        if (!plan.ok()) {
            progress.accept("fetching Debian's lists of packages (some 10 to 50 MB, not kept)");
            options.addAll(List.of("-o", "Dir::State::lists=" + work.resolve("lists")));
            Tool.run(FETCHING, aptGet(options, "update"));
            plan = simulate(options, programs);
        }
        if (!plan.ok()) {
            throw new Unavailable(
                    "apt-get does not find %s: %s".formatted(String.join(" ", programs), plan.lastLine()));
        }
        return newPackages(plan.text());
    }

    private static Tool.Result simulate(List<String> options, List<String> programs)
            throws IOException, InterruptedException {
        List<String> command = aptGet(options, "--simulate", "--no-install-recommends", "install");
        command.addAll(programs);
        return Tool.run(LOOKING, command);
    }

    /**
     * {@return the packages that a simulated installation would add}
     *
     * @param simulation output of {@code apt-get --simulate install}
     */
    static List<String> newPackages(String simulation) {
        return simulation
                .lines()
                .map(NEW_PACKAGE::matcher)
                .filter(Matcher::find)
                .map(line -> line.group(1))
                .toList();
    }

    private static void fetch(Path work, List<String> options, List<String> packages)
            throws Unavailable, IOException, InterruptedException {
        Path archives = Files.createDirectories(work.resolve("deb"));
        List<String> command = aptGet(options, "download");
        command.addAll(packages);
        Tool.Result download = Tool.run(FETCHING, new ProcessBuilder(command).directory(archives.toFile()));
        if (!download.ok()) {
            throw new Unavailable("Debian's packages cannot be fetched: " + download.lastLine());
        }
        Path root = Files.createDirectories(work.resolve("root"));
        try (Stream<Path> files = Files.list(archives)) {
            for (Path file : files.toList()) {
                Tool.Result unpacked = Tool.run(LOOKING, List.of("dpkg-deb", "-x", file.toString(), root.toString()));
                if (!unpacked.ok()) {
                    throw new Unavailable("a package cannot be unpacked: file=%s, cause=%s"
                            .formatted(file.getFileName(), unpacked.lastLine()));
                }
            }
        }
    }

    private static List<String> aptGet(List<String> options, String... words) {
        List<String> command = new ArrayList<>(List.of("apt-get"));
        command.addAll(options);
        command.addAll(List.of(words));
        return command;
    }

    /**
     * {@return all folders below a root that hold shared libraries, joined by colons}
     *
     * @param root see {@link #unpack}
     */
    public static String libraryPath(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return String.join(
                    ":",
                    files.filter(file -> file.getFileName().toString().matches(".*\\.so(\\.[0-9.]+)?"))
                            .map(file -> file.getParent().toString())
                            .distinct()
                            .sorted()
                            .toList());
        }
    }
}
