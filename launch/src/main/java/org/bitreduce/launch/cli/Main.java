// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import org.bitreduce.launch.CommandProvider;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.text.Names;
import picocli.CommandLine;

/** The command. */
public final class Main {

    private Main() {}

    /**
     * Runs a command and exits with its code, see {@link ExitCode}.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** {@return the command with all subcommands that providers on the class path add} */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Root());
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            for (Object command : provider.commands()) {
                line.addSubcommand(command);
            }
        }
        for (CommandLine command : line.getSubcommands().values()) {
            command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        }
        line.setParameterExceptionHandler(Main::usageError);
        line.setExecutionExceptionHandler((e, command, result) -> failure(e, command.getErr()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    private static int usageError(CommandLine.ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        List<String> unknown = e instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getUnmatched()
                : unknownOptions(e.getCommandLine(), args);
        if (unknown.isEmpty()) {
            err.println(name + ": " + e.getMessage());
        } else {
            String word = unknown.getFirst().replaceFirst("=.*", "");
            err.println(name + ": " + kind(word, e.getCommandLine()) + ": " + word);
            suggest(word, e.getCommandLine(), err);
        }
        err.println("Try " + name + " --help");
        return ExitCode.USAGE;
    }

    private static String kind(String word, CommandLine command) {
        if (word.startsWith("-")) {
            return "unknown option";
        }
        return command.getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
    }

    /** Options before {@code --} that the command does not have; a misspelt one is worth more than a missing one. */
    private static List<String> unknownOptions(CommandLine command, String[] args) {
        return Arrays.stream(args)
                .takeWhile(word -> !word.equals("--"))
                .filter(word -> word.startsWith("--"))
                .filter(word -> command.getCommandSpec().findOption(word.replaceFirst("=.*", "")) == null)
                .toList();
    }

    private static void suggest(String word, CommandLine command, PrintWriter err) {
        List<String> valid = word.startsWith("-")
                ? command.getCommandSpec().options().stream()
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .toList()
                : command.getSubcommands().keySet().stream().toList();
        if (!valid.isEmpty()) {
            err.println("Did you mean " + Names.nearest(word, valid) + "?");
        }
    }

    private static int failure(Exception e, PrintWriter err) {
        if (e instanceof LaunchException launch) {
            err.println("bitreduce: " + launch.getMessage());
            return launch.exitCode();
        } else if (e instanceof IllegalArgumentException) {
            err.println("bitreduce: " + e.getMessage());
            return ExitCode.USAGE;
        } else if (e instanceof UncheckedIOException unchecked) {
            return failure(unchecked.getCause(), err);
        } else if (e instanceof IOException input) {
            err.println("bitreduce: " + text(input));
            return ExitCode.INPUT_OUTPUT;
        }
        err.println("bitreduce: internal error, please report it");
        e.printStackTrace(err);
        return ExitCode.INTERNAL;
    }

    /** {@return what went wrong, in words} The message of such an exception is often the file's name alone, or without it. */
    private static String text(IOException e) {
        if (!(e instanceof FileSystemException failure)) {
            return e.getClass() == IOException.class ? e.getMessage() : e.toString();
        }
        String cause = switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or folder";
            case FileAlreadyExistsException _ -> "something of that name is there";
            default -> failure.getReason() == null ? failure.toString() : failure.getReason();
        };
        return "cannot read or write: file=%s, cause=%s".formatted(failure.getFile(), cause);
    }

    /** Reads the version from the resource that the build fills in. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (var in = CommandProvider.class.getResourceAsStream("version")) {
                return new String[] {
                    "bitreduce " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip(),
                    "Java " + Runtime.version()
                };
            }
        }
    }
}
