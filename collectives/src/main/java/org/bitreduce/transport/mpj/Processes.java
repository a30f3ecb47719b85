// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells about processes of this host. Elsewhere nothing is known, and every process counts as alive. */
final class Processes {

    private static final int STATE = 0;
    private static final int START_TIME = 19;

    private Processes() {}

    /** {@return a name for this boot of this machine and its space of process ids, or "" if unknown} */
    static String machine() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            return boot + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** {@return when the process started, in clock ticks since the boot, or 0 if unknown} */
    static long started(long pid) {
        List<String> fields = fields(pid);
        return fields.size() <= START_TIME ? 0 : Long.parseLong(fields.get(START_TIME));
    }

    /** {@return whether the process that started then still runs} A zombie does not. */
    static boolean isAlive(long pid, long started) {
        if (started == 0) {
            return true;
        }
        List<String> fields = fields(pid);
        return fields.size() > START_TIME
                && !fields.get(STATE).equals("Z")
                && Long.parseLong(fields.get(START_TIME)) == started;
    }

    /** {@return the fields of /proc/PID/stat after the program's name, which may hold blanks} */
    private static List<String> fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
        } catch (IOException e) {
            return List.of();
        }
    }
}
