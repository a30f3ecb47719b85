// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Memory, processors and files. */
final class ResourceChecks {

    private static final long MEBIBYTE = 1 << 20;
    private static final long SHARED_MEMORY_WANTED = 64 * MEBIBYTE;
    private static final long MEMORY_WANTED = 1024 * MEBIBYTE;
    private static final long FILES_WANTED = 1024;
    private static final long FILES_NEEDED = 256;
    private static final long PROCESSES_WANTED = 1024;

    private ResourceChecks() {}

    static List<Finding> sharedMemory(Machine machine) {
        Path path = machine.at("/dev/shm");
        String cure = "mount a tmpfs at /dev/shm that all may write (containers: --shm-size 1g)";
        if (!Files.isDirectory(path) || !Files.isWritable(path)) {
            return List.of(Finding.warn(
                    "/dev/shm", "missing or not writable: ranks share files of the temporary folder instead", cure));
        }
        try {
            long free = Files.getFileStore(path).getUsableSpace();
            String text = free / MEBIBYTE + " MiB free";
            return List.of(
                    free >= SHARED_MEMORY_WANTED
                            ? Finding.ok("/dev/shm", text)
                            : Finding.warn("/dev/shm", text + ", too little for large vectors", cure));
        } catch (IOException e) {
            return List.of(Finding.warn("/dev/shm", "cannot be asked for its room: " + e.getMessage(), cure));
        }
    }

    static List<Finding> temporaryFolder(Machine machine) {
        Path folder = Path.of(machine.property("java.io.tmpdir"));
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            return List.of(Finding.fail(
                    "temporary folder",
                    folder + " is missing or not writable",
                    "make it, or export JDK_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER"));
        }
        String options = machine.read("/proc/self/mounts")
                .lines()
                .map(line -> line.split(" "))
                .filter(mount -> mount.length > 3 && folder.startsWith(mount[1]))
                .reduce((first, second) -> second[1].length() >= first[1].length() ? second : first)
                .map(mount -> mount[3])
                .orElse("");
        if (Arrays.asList(options.split(",")).contains("noexec")) {
            return List.of(Finding.warn(
                    "temporary folder",
                    folder + " is mounted noexec: under mpjrun:multicore the exact exit code of a dead JVM is lost",
                    "export JDK_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER with another folder"));
        }
        return List.of(Finding.ok("temporary folder", folder.toString()));
    }

    static List<Finding> limits(Machine machine) {
        String limits = machine.read("/proc/self/limits");
        if (limits.isEmpty()) {
            return List.of(Finding.ok("limits", "not told here"));
        }
        long files = softLimit(limits, "Max open files");
        long processes = softLimit(limits, "Max processes");
        List<Finding> findings = new ArrayList<>();
        if (files < FILES_NEEDED) {
            findings.add(Finding.fail("open files", "limit " + files, "ulimit -n " + FILES_WANTED));
        } else {
            findings.add(
                    files < FILES_WANTED
                            ? Finding.warn("open files", "limit " + files, "ulimit -n " + FILES_WANTED)
                            : Finding.ok("open files", "limit " + text(files)));
        }
        findings.add(
                processes < PROCESSES_WANTED
                        ? Finding.warn(
                                "processes",
                                "limit " + processes + ", threads count too",
                                "ulimit -u " + 4 * PROCESSES_WANTED + ", or fewer ranks")
                        : Finding.ok("processes", "limit " + text(processes)));
        long locked = softLimit(limits, "Max locked memory");
        String unit = locked == Long.MAX_VALUE ? "" : " bytes";
        findings.add(Finding.ok("locked memory", "limit " + text(locked) + unit + ", not needed"));
        return findings;
    }

    private static long softLimit(String limits, String name) {
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
                .mapToLong(word -> word.matches("\\d{1,18}") ? Long.parseLong(word) : Long.MAX_VALUE)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static String text(long limit) {
        return limit == Long.MAX_VALUE ? "unlimited" : Long.toString(limit);
    }

    static List<Finding> container(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String memory = machine.read("/sys/fs/cgroup/memory.max").strip();
        if (memory.matches("\\d{1,18}") && Long.parseLong(memory) < MEMORY_WANTED) {
            findings.add(Finding.warn(
                    "memory of the container",
                    Long.parseLong(memory) / MEBIBYTE + " MiB",
                    "give it 1 GiB and more, or fewer ranks and --jvm=-Xmx128m"));
        }
        String[] cpu = machine.read("/sys/fs/cgroup/cpu.max").strip().split(" ");
        if (cpu.length == 2 && cpu[0].matches("\\d{1,18}") && cpu[1].matches("[1-9]\\d{0,17}")) {
            double share = Double.parseDouble(cpu[0]) / Double.parseDouble(cpu[1]);
            if (share < 1) {
                findings.add(Finding.warn(
                        "processors of the container",
                        String.format(Locale.ROOT, "%.2f of one", share),
                        "give it one per rank (docker: --cpus)"));
            }
        }
        return findings.isEmpty() ? List.of(Finding.ok("container", "no limit that matters")) : findings;
    }
}
