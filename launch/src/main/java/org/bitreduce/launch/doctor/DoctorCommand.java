// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bitreduce.launch.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Says what this machine has and lacks. */
@Command(
        name = "doctor",
        description = "What this machine has and lacks for jobs, each lack with its cure.",
        footer = {"", "Exit code 0 if jobs can run, warnings or not; 1 if something prevents them."})
public final class DoctorCommand implements Callable<Integer> {

    private static final List<Check> CHECKS = List.of(
            JavaChecks::jdk,
            JavaChecks::vectors,
            JavaChecks::system,
            LaunchChecks::starters,
            LaunchChecks::ports,
            NetworkChecks::hostName,
            NetworkChecks::interfaces,
            ResourceChecks::sharedMemory,
            ResourceChecks::temporaryFolder,
            ResourceChecks::limits,
            ResourceChecks::container,
            ClockChecks::source,
            ClockChecks::timeOfDay);

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One JSON object per finding: check, level, text, cure.")
    private boolean json;

    /** A command for this machine. */
    public DoctorCommand() {}

    @Override
    public Integer call() throws SocketException {
        return examine(thisMachine(), json, spec.commandLine().getOut());
    }

    /** {@return what all checks find} */
    static List<Finding> examine(Machine machine) {
        return CHECKS.stream().flatMap(check -> check.examine(machine).stream()).toList();
    }

    static int examine(Machine machine, boolean json, PrintWriter out) {
        List<Finding> findings = examine(machine);
        for (Finding finding : findings) {
            out.println(json ? object(finding) : line(finding));
        }
        out.flush();
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL)
                ? ExitCode.EXCEPTION
                : ExitCode.OK;
    }

    private static String line(Finding finding) {
        String cure = finding.cure().isEmpty() ? "" : "\n      cure: " + finding.cure();
        return "%-4s  %s: %s%s"
                .formatted(finding.level().name().toLowerCase(Locale.ROOT), finding.check(), finding.text(), cure);
    }

    private static String object(Finding finding) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("check", finding.check());
        fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        fields.put("text", finding.text());
        fields.put("cure", finding.cure());
        return new JsonMapper().writeValueAsString(fields);
    }

    private static Machine thisMachine() throws SocketException {
        Map<String, String> properties = new LinkedHashMap<>();
        System.getProperties().forEach((name, value) -> properties.put(name.toString(), value.toString()));
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            List<InetAddress> addresses = all.flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .toList();
            return new Machine(
                    Path.of("/"), System.getenv(), properties, InetAddress::getByName, addresses, new SystemClocks());
        }
    }
}
