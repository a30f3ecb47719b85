// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ServiceLoader;
import org.bitreduce.launch.CommandProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {

    /** Wrong options are found before a rank is started. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "all-reduce --bits 2,17 | bits=17",
                "all-reduce -b 1X | size=1X",
                "all-reduce -b 2K -e 1K | first=2048, last=1024",
                "all-reduce -f 1 | factor=1",
                "all-reduce --mode twoshoot | did you mean twoshot?",
                "all-reduce --mode plain --bits 4,32 | mode=plain, bits=4",
                "all-reduce --format jsno | did you mean json?",
                "all-reduce --via local:thread | did you mean local:threads?",
                "all-reduce --baseline mpj --via local:threads | mpjrun:niodev",
                "all-gather --baseline mpj --via mpjrun:multicore | collective=all-gather",
                "all-reduce --baseline nccl | there is: mpj",
                "ping-pong --np 3 | np=3",
                "all-reduce --np 2000 | np=2000",
                "all-reduce --np 65 | --np must be from 1 to 64: np=65",
                "all-reduce --bucket 100 | bucket=100",
                "all-reduce --iterations 5000000 | iterations=5000000"
            })
    void wrongOptionsAreNamed(String arguments, String expected) {
        CommandLine line = new CommandLine(new BenchCommand());
        line.setExecutionExceptionHandler((e, command, result) -> {
            throw e;
        });
        String[] words = arguments.split(" ");
        CommandLine.ParseResult parsed = line.parseArgs(words);
        CollectiveCommand command =
                (CollectiveCommand) parsed.subcommand().commandSpec().userObject();
        var e = assertThrows(IllegalArgumentException.class, command::call);
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void launcherFindsTheCommand() {
        assertTrue(ServiceLoader.load(CommandProvider.class).stream()
                .anyMatch(provider -> provider.type() == BenchCommands.class));
        CommandLine line = new CommandLine(new BenchCommands().commands().get(0));
        for (Collective collective : Collective.values()) {
            String help = line.getSubcommands().get(collective.label()).getUsageMessage();
            assertTrue(help.contains("--bits") && help.contains("--baseline"), help);
            assertEquals(collective, Collective.of(collective.label()));
        }
    }
}
