// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench hosts}: several hosts on one machine, for tries by hand. */
@Command(
        name = "hosts",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Make several hosts on this machine, joined by links of a given speed. Needs root.",
        synopsisSubcommandLabel = "(up|exec|down)",
        footer = {
            "",
            "Host i has the address 10.81.0.(i+1), this machine 10.81.0.254.",
            "",
            "Example: ./bitreduce bench hosts up --hosts 4 --link 1gbit",
            "         ./bitreduce bench hosts exec 0 -- ping -c 1 10.81.0.2",
            "         ./bitreduce bench hosts down"
        })
public final class HostsCommand {

    /** Has no state. */
    public HostsCommand() {}

    @Command(
            name = "up",
            mixinStandardHelpOptions = true,
            description = "Make hosts, after removing those that are there.")
    int up(
            @Option(names = "--hosts", paramLabel = "N", defaultValue = "4", description = "Default 4.") int hosts,
            @Option(
                            names = "--link",
                            paramLabel = "RATE",
                            defaultValue = "1gbit",
                            description = "Such as 100mbit, 1gbit, 10gbit, or none; default 1gbit.")
                    String link)
            throws IOException, InterruptedException {
        HostPlan plan = new HostPlan(hosts, LinkRate.parse(link));
        try {
            Hosts.up(plan);
        } catch (Unavailable e) {
            throw new LaunchException(ExitCode.UNAVAILABLE, e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    @Command(name = "exec", mixinStandardHelpOptions = true, description = "Run a command on a host.")
    int exec(
            @Parameters(index = "0", paramLabel = "HOST", description = "Its number, from 0.") int host,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "And its arguments.")
                    List<String> command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(HostPlan.on(host));
        words.addAll(command);
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    @Command(name = "down", mixinStandardHelpOptions = true, description = "Remove all hosts.")
    int down() throws IOException, InterruptedException {
        Hosts.down();
        return ExitCode.OK;
    }
}
