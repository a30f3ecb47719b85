// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... args) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void printsHelpAndVersion() {
        assertEquals(ExitCode.OK, execute());
        String help = out.toString();
        assertEquals(ExitCode.OK, execute("--help"));
        assertEquals(help + help, out.toString());
        for (String word : new String[] {"run", "classpath", "jvm-flags", "build", "test", "mpjrun", "Exit codes"}) {
            assertTrue(help.contains(word), help);
        }
        assertEquals(ExitCode.OK, execute("--version"));
        assertTrue(out.toString().matches("(?s).*bitreduce \\d+\\.\\d+.*Java 2.*"), out.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "classpath", "jvm-flags"})
    void eachCommandHasHelp(String command) {
        assertEquals(ExitCode.OK, execute(command, "--help"));
        assertTrue(out.toString().startsWith("Usage: bitreduce " + command), out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "rnu,unknown command: rnu,Did you mean run?",
        "--hepl,unknown option: --hepl,Did you mean --help?",
        "run --npp=3 -- Main,unknown option: --npp,Did you mean --np?",
        "run --np 3 --time-otu 4 -- Main,unknown option: --time-otu,Did you mean --time-out?",
        "run -- Main,Missing required option: '--np=N',Try bitreduce run --help",
        "run --np 3,Missing required parameter: 'MAIN-CLASS',Try bitreduce run --help",
        "run --np x -- Main,Invalid value for option '--np': 'x' is not an int,Try bitreduce run --help",
        "run --np 0 -- Main,out of range: np=0,valid=1..64",
        "run --np 65 -- Main,out of range: np=65,at most 64 ranks",
        "classpath foo,unexpected argument: foo,Try bitreduce classpath --help",
        "run --np 2 --via lokal -- Main,did you mean local?,via=lokal",
        "run --np 2 --time-out -1 -- Main,time-out must not be negative,",
        "run --np 2 --transport tpc -- Main,transport=tpc,did you mean tcp?",
        "run --np 2 --transport mpj -- Main,ranks started by local:processes cannot use this transport: transport=mpj,",
        "run --np 2 --via local:threads --address 10.0.0.1 -- Main,go with local:processes and mpjrun:niodev only,address=10.0.0.1",
        "run --np 2 --address 300.1.1.1 -- Main,no such address: address=300.1.1.1,"
    })
    void wrongUsageIsAnErrorThatHelps(String line, String first, String second) {
        assertEquals(ExitCode.USAGE, execute(line.split(" ")));
        assertTrue(err.toString().contains(first), err.toString());
        assertTrue(second == null || err.toString().contains(second), err.toString());
        assertEquals("", out.toString());
    }
}
