// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What can start ranks, and what must not be in the way. */
final class LaunchChecks {

    private static final Map<Integer, String> MPJ_PORTS =
            Map.of(40055, "MPJ Express's daemon", 40002, "an mpjrun of MPJ Express");
    private static final String LISTENING = "0A";

    private LaunchChecks() {}

    static List<Finding> starters(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String home = machine.property("bitreduce.mpj.home");
        findings.add(
                !home.isEmpty() && Files.isReadable(Path.of(home, "lib", "starter.jar"))
                        ? Finding.ok("MPJ Express", home)
                        : Finding.warn(
                                "MPJ Express",
                                "not there: --via mpjrun will not work",
                                "set MPJ_HOME or connect to the network, then ./bitreduce build"));
        for (String program : List.of("mpirun", "srun")) {
            findings.add(machine.program(program)
                    .map(path -> Finding.ok(program, path.toString()))
                    .orElseGet(() -> Finding.warn(
                            program,
                            "not on the PATH: --via " + program + " will not work",
                            program.equals("srun")
                                    ? "nothing to do unless this is a Slurm cluster"
                                    : "install Open MPI or MPICH, or load its module, if you want it")));
        }
        return findings;
    }

    static List<Finding> ports(Machine machine) {
        String sockets = machine.read("/proc/net/tcp") + machine.read("/proc/net/tcp6");
        List<Finding> findings = new ArrayList<>();
        MPJ_PORTS.forEach((port, owner) -> {
            Pattern line = Pattern.compile(
                    "^\\s*\\d+: ([0-9A-F]+):%04X [0-9A-F:]+ %s ".formatted(port, LISTENING), Pattern.MULTILINE);
            if (line.matcher(sockets).find()) {
                findings.add(Finding.warn(
                        "port " + port,
                        owner + " listens here; the daemon runs whatever anybody sends to it",
                        "stop it if no job of yours needs it, see SECURITY.md"));
            }
        });
        return findings.isEmpty() ? List.of(Finding.ok("ports", "no daemon of MPJ Express listens")) : findings;
    }
}
