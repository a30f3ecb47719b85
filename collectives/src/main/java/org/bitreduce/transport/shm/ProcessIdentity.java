// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of this host, told from a later one with the same number by its start time.
 *
 * @param pid its number
 * @param start when it started, in clock ticks since boot; 0 where the system does not tell
 * @param namespace the pid namespace (container) it counts in; 0 where there are none
 */
record ProcessIdentity(long pid, long start, long namespace) {

    private static final Path PROC = Path.of("/proc");

    static ProcessIdentity current() {
        return of(ProcessHandle.current().pid());
    }

    /** {@return the process of this number, as this process counts} */
    static ProcessIdentity of(long pid) {
        try {
            return new ProcessIdentity(pid, parseStart(readStat(pid)), currentNamespace());
        } catch (IOException e) {
            return new ProcessIdentity(pid, 0, currentNamespace());
        }
    }

    /** {@return whether it has ended for certain} What cannot be seen from here, such as another container, has not. */
    boolean isDead(ProcessIdentity viewer) {
        if (namespace != viewer.namespace || equals(viewer)) {
            return false;
        }
        if (start == 0) {
            Optional<ProcessHandle> handle = ProcessHandle.of(pid);
            return handle.isEmpty() || !handle.get().isAlive();
        }
        try {
            String stat = readStat(pid);
            return stat.isEmpty() || isZombie(stat) || parseStart(stat) != start;
        } catch (IOException e) {
            // A process that ends while its file is read gives an error of its own; the next look will not find it.
            return false;
        }
    }

    /** {@return the line of the process, empty if there is no such process} */
    private static String readStat(long pid) throws IOException {
        try {
            return Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static boolean isZombie(String stat) {
        int state = stat.lastIndexOf(')') + 2;
        return state < stat.length() && (stat.charAt(state) == 'Z' || stat.charAt(state) == 'X');
    }

    /** {@return field 22 of the line, 0 if it is not there} The name of the program, in brackets, may hold anything. */
    private static long parseStart(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        return fields.length > 19 ? Long.parseLong(fields[19]) : 0;
    }

    private static long currentNamespace() {
        try {
            String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
            return Long.parseLong(link.replaceAll("[^0-9]", ""));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
