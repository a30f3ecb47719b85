// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.lang.module.ModuleFinder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JDK, its flags, and the processor that its vectors need. */
final class JavaChecks {

    private static final Pattern SLOW = Pattern.compile(
            "-Xint|-XX:TieredStopAtLevel=[0-3]\\b|-XX:-EnableVectorSupport|-XX:UseAVX=0|-Djava.compiler=NONE");

    private JavaChecks() {}

    static List<Finding> jdk(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String version = machine.property("java.specification.version");
        findings.add(
                version.matches("\\d+") && Integer.parseInt(version) >= 25
                        ? Finding.ok("JDK", "version " + version)
                        : Finding.fail(
                                "JDK", "version " + version, "install a JDK 25 and set JAVA_HOME to its folder"));
        boolean vectors = ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent();
        findings.add(
                vectors
                        ? Finding.ok("vector module", "jdk.incubator.vector is there")
                        : Finding.warn(
                                "vector module",
                                "this JDK has no jdk.incubator.vector: kernels are several times slower",
                                "use a whole JDK, for example from https://adoptium.net"));
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            Matcher slow = SLOW.matcher(machine.environment().getOrDefault(variable, ""));
            if (slow.find()) {
                findings.add(Finding.warn(
                        "JVM flags",
                        variable + " holds " + slow.group() + ": kernels are several times slower",
                        "unset " + variable + " in the job"));
            }
        }
        return findings;
    }

    static List<Finding> vectors(Machine machine) {
        String cpu = machine.read("/proc/cpuinfo");
        if (cpu.isEmpty()) {
            return List.of(Finding.ok("processor", "its vectors are not told here"));
        }
        for (String[] known : new String[][] {
            {"avx512f", "512"}, {"avx2", "256"}, {"sve", "128 and more"}, {"asimd", "128"}, {"sse4_1", "128"}
        }) {
            if (Pattern.compile("^(flags|Features)\\s*:.*\\b" + known[0] + "\\b", Pattern.MULTILINE)
                    .matcher(cpu)
                    .find()) {
                return List.of(Finding.ok("processor", "vectors of " + known[1] + " bits (" + known[0] + ")"));
            }
        }
        return List.of(Finding.warn(
                "processor", "no vectors that the JDK uses: kernels are several times slower", "use another machine"));
    }

    static List<Finding> system(Machine machine) {
        String name = machine.property("os.name");
        return List.of(
                name.equals("Linux")
                        ? Finding.ok("system", "Linux, so waiting ranks sleep on futexes")
                        : Finding.warn(
                                "system",
                                name + " has no futexes: waiting ranks poll",
                                "run jobs on Linux where speed matters"));
    }
}
