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
                "reduce-scatter --baseline mpj --via mpjrun:multicore | wrong sums with more than 2 ranks: np=4",
                "codec --baseline mpj --via mpjrun:multicore | collective=codec",
                "broadcast --root 1 --baseline mpj --via mpjrun:multicore | root=1",
                "all-reduce --baseline nccl | There are: mpj",
                "all-reduce --bits 0 | bits=0",
                "all-reduce --mode exact --bits 1 | bits=1",
                "barrier --bits 4 | moves nothing that could be quantized: bits=[4]",
                "all-gather --mode exact | modes are for all-reduce and reduce: mode=exact, collective=all-gather",
                "broadcast --place out | broadcast has one place only: place=out",
                "all-reduce --place inn | did you mean in?",
                "all-reduce --form blocking,presistent | did you mean persistent?",
                "barrier --form persistent | barrier has no such form: form=persistent",
                "codec --form non-blocking | codec has no such form",
                "all-reduce --root 1 | only reduce, gather, scatter and broadcast have a root: root=1",
                "broadcast --root 4 | 0 to 3: root=4, np=4",
                "broadcast --root -1 | root=-1",
                "codec --format osu | format=osu, collective=codec",
                "barrier --format nccl | format=nccl, collective=barrier",
                "all-reduce --histogram times.txt | did you mean",
                "all-reduce --np 0 | np=0",
                "all-reduce --algorithm gird | did you mean grid?",
                "all-reduce --tuning /no/such/file | /no/such/file",
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
        var e = assertThrows(Exception.class, command::call);
        assertTrue(e instanceof IllegalArgumentException || e instanceof java.io.IOException, e::toString);
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
