// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.launch.CommandProvider;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Offers the commands of this package to the command line. */
public final class TrainCommands implements CommandProvider {

    private static final int HELP_WIDTH = 100;

    /** For the service loader. */
    public TrainCommands() {}

    @Override
    public List<Object> commands() {
        return List.of(
                withMethods(new TrainCommand()),
                new StatusCommand(),
                withMethods(new CompareCommand()),
                withMethods(new ReplayCommand()));
    }

    /** Puts the table of methods under the help text. */
    private static CommandLine withMethods(Object command) {
        CommandLine line = new CommandLine(command);
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        List<String> footer = new ArrayList<>(List.of("", "Methods:"));
        Method.help().lines().forEach(footer::add);
        footer.addAll(List.of(usage.footer()));
        usage.footer(footer.toArray(String[]::new)).width(HELP_WIDTH);
        return line;
    }
}
