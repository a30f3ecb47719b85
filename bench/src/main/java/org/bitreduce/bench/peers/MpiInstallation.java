// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * An MPI library that programs can be compiled against and started with.
 *
 * @param family which library
 * @param launcher its {@code mpirun}
 * @param compiler the command that compiles, without source and output
 * @param linking what comes after them
 * @param environment variables that its programs need
 */
public record MpiInstallation(
        MpiFamily family, Path launcher, List<String> compiler, List<String> linking, Map<String, String> environment) {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String SOURCE = "collectives.c";

    /**
     * Finds a library on the PATH, else unpacks Debian's packages of it.
     *
     * @param family which
     * @param packages where they are unpacked
     * @return the installation
     * @throws Unavailable if it is neither here nor to be had, or there is no C compiler
     */
    public static MpiInstallation find(MpiFamily family, DebianPackages packages)
            throws Unavailable, IOException, InterruptedException {
        Optional<MpiInstallation> installed = onPath(family);
        if (installed.isPresent()) {
            return installed.get();
        }
        Path gcc = Tool.find("gcc", "cc", "clang")
                .orElseThrow(
                        () -> new Unavailable(
                                "there is no C compiler (gcc, cc or clang) on the PATH; install one (Debian: apt install gcc)"));
        return unpacked(family, packages.unpack(family.label(), family.programs(), family.headers()), gcc);
    }

    private static Optional<MpiInstallation> onPath(MpiFamily family) throws IOException, InterruptedException {
        Optional<Path> launcher = Tool.find(family.launchers());
        Optional<Path> compiler = Tool.find(family.compilers());
        if (launcher.isEmpty() || compiler.isEmpty()) {
            return Optional.empty();
        }
        // A plain mpirun may be anybody's.
        Tool.Result version = Tool.run(LIMIT, List.of(launcher.get().toString(), "--version"));
        if (!family.isVersion(version.text())) {
            return Optional.empty();
        }
        List<String> compile = List.of(compiler.get().toString());
        return Optional.of(new MpiInstallation(family, launcher.get(), compile, List.of(), family.quiet()));
    }

    private static MpiInstallation unpacked(MpiFamily family, Path root, Path gcc) throws Unavailable, IOException {
        Path header = file(root, "mpi.h");
        Path library = file(root, family.library());
        Map<String, String> environment = new HashMap<>(family.quiet());
        environment.put("LD_LIBRARY_PATH", DebianPackages.libraryPath(root));
        environment.put("OPAL_PREFIX", root.resolve("usr").toString());
        return new MpiInstallation(
                family,
                file(root, family.packagedLauncher()),
                List.of(gcc.toString(), "-I" + header.getParent()),
                List.of(
                        "-L" + library.getParent(),
                        "-l:" + library.getFileName(),
                        "-Wl,--unresolved-symbols=ignore-in-shared-libs"),
                Map.copyOf(environment));
    }

    /** Finds a file by its name, or by the beginning of a library's name. */
    private static Path file(Path root, String name) throws Unavailable, IOException {
        boolean prefix = name.endsWith(".");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> {
                        String own = file.getFileName().toString();
                        return prefix ? own.startsWith(name) : own.equals(name);
                    })
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new Unavailable(
                            "Debian's packages have no %s: folder=%s; remove the folder and try again, or install the library"
                                    .formatted(name, root)));
        }
    }

    /**
     * Compiles the project's program of collectives, unless this very program has been.
     *
     * @param cache folder for programs
     * @return the program; see its first lines for what it does
     * @throws Unavailable if it does not compile
     */
    public Path compile(Path cache) throws Unavailable, IOException, InterruptedException {
        byte[] source;
        try (InputStream in = MpiInstallation.class.getResourceAsStream(SOURCE)) {
            source = in.readAllBytes();
        }
        List<String> command = new ArrayList<>(compiler);
        command.addAll(List.of("-std=c11", "-O3", "-o"));
        Path folder = Files.createDirectories(cache.resolve("programs"));
        Path program = folder.resolve("%s-%s".formatted(family.label(), digest(source, this.toString())));
        if (Files.isExecutable(program)) {
            return program;
        }
        Path work = Files.createTempDirectory(folder, "compile-");
        Path text = Files.write(work.resolve(SOURCE), source);
        Path made = work.resolve("program");
        command.addAll(List.of(made.toString(), text.toString()));
        command.addAll(linking);
        Tool.Result result = Tool.run(LIMIT, command);
        if (!result.ok()) {
            throw new Unavailable("the program of collectives does not compile: command=%s, compiler says: %s"
                    .formatted(String.join(" ", command), firstError(result)));
        }
        Files.move(made, program, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(text);
        Files.delete(work);
        return program;
    }

    private static String firstError(Tool.Result result) {
        return result.text()
                .lines()
                .filter(line -> line.contains("error"))
                .findFirst()
                .orElse(result.lastLine());
    }

    private static String digest(byte[] source, String command) {
        CRC32C crc = new CRC32C();
        crc.update(source);
        crc.update(command.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
