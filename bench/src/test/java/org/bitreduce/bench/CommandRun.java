// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * What a command did that ran in this JVM. Not for tests that run at the same time: there is one standard output.
 *
 * @param exitCode what it returned
 * @param text what it wrote to standard output
 */
public record CommandRun(int exitCode, String text) {

    /**
     * Runs a command; what it throws comes out.
     *
     * @param command not yet run
     * @param words of the command line
     * @return what it did
     */
    public static CommandRun of(Callable<Integer> command, String... words) throws Exception {
        new CommandLine(command).parseArgs(words);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream screen = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return new CommandRun(command.call(), bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(screen);
        }
    }
}
