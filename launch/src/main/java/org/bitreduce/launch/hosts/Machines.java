// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * The hosts of a job, and how many ranks each takes. Ranks fill them in order: the first ones go to the first host.
 * Immutable.
 *
 * <p>A machines file has a host per line, as {@code name}, {@code name:slots} or {@code name slots=N}; without a number it
 * takes one rank. A name that comes again adds to its slots, so the node files of PBS are machines files. {@code #}
 * begins a comment, and empty lines are passed over. An IPv6 address stands in brackets.
 *
 * @param slots of each host, at least 1, in the order of the file; empty for ranks that run where the launcher does
 * @param remoteShell command that runs another one on the host that stands for {@code {host}} in it
 */
public record Machines(Map<String, Integer> slots, String remoteShell) {

    /** How commands are run elsewhere unless told: never asking for a password, and noticing a dead host in 15 s. */
    public static final String USUAL_SHELL =
            "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=5 -o ServerAliveCountMax=3 {host}";

    /** No other hosts. */
    public static final Machines NONE = new Machines(Map.of(), USUAL_SHELL);

    private static final Pattern LINE = Pattern.compile(
            "(?<name>\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(:(?<colon>\\S+)|\\s+slots\\s*=\\s*(?<equals>\\S+))?");

    private static final String FORMS = "write name, name:slots or name slots=N";

    private static final int MOST_SLOTS = 1 << 16;

    /** Checks and copies. */
    public Machines {
        if (!remoteShell.contains("{host}")) {
            throw new IllegalArgumentException(
                    "a remote shell must contain {host}, which stands for the host's name: remoteShell=" + remoteShell
                            + ", for example=" + USUAL_SHELL);
        }
        slots = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(slots));
    }

    /**
     * Reads a file.
     *
     * @param file one host per line
     * @param remoteShell as above
     * @return its hosts
     * @throws LaunchException if it cannot be read or a line is wrong; names the line
     */
    public static Machines read(Path file, String remoteShell) {
        try {
            return parse(Files.readAllLines(file), file.toString(), remoteShell);
        } catch (NoSuchFileException e) {
            throw new LaunchException(ExitCode.USAGE, "there is no such machines file: machines=" + file, e);
        } catch (MalformedInputException e) {
            throw new LaunchException(ExitCode.USAGE, "the machines file is not a text: machines=" + file, e);
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT, "cannot read the machines file: machines=" + file + ", cause=" + e, e);
        }
    }

    static Machines parse(List<String> lines, String name, String remoteShell) {
        Map<String, Integer> slots = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                try {
                    add(slots, line);
                } catch (IllegalArgumentException e) {
                    throw new LaunchException(
                            ExitCode.USAGE, "%s, line %d: %s: %s".formatted(name, i + 1, e.getMessage(), line), e);
                }
            }
        }
        if (slots.isEmpty()) {
            throw new LaunchException(ExitCode.USAGE, "the machines file names no host: machines=" + name);
        }
        return new Machines(slots, remoteShell);
    }

    private static void add(Map<String, Integer> slots, String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a host (" + FORMS + ")");
        }
        String count = match.group("colon") != null ? match.group("colon") : match.group("equals");
        slots.merge(match.group("name").replaceAll("[\\[\\]]", ""), count == null ? 1 : count(count), Integer::sum);
    }

    private static int count(String text) {
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_SLOTS) {
            throw new IllegalArgumentException(
                    "slots must be a number from 1 to " + MOST_SLOTS + ", not " + text + " (" + FORMS + ")");
        }
        return Integer.parseInt(text);
    }

    /** {@return whether ranks run on this host only, as processes of the launcher} */
    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * {@return the host of each rank}
     *
     * @param ranks how many there are
     * @throws IllegalArgumentException if that is more than there are slots
     */
    public List<String> hosts(int ranks) {
        List<String> hosts = new ArrayList<>();
        slots.forEach((host, count) -> {
            for (int i = 0; i < count && hosts.size() < ranks; i++) {
                hosts.add(host);
            }
        });
        if (hosts.size() < ranks) {
            throw new IllegalArgumentException(
                    "the machines file has fewer slots than there are ranks: np=%d, slots=%d, hosts=%s; add hosts, or slots as in %s:%d"
                            .formatted(
                                    ranks,
                                    hosts.size(),
                                    slots,
                                    slots.keySet().iterator().next(),
                                    ranks));
        }
        return hosts;
    }

    /**
     * {@return the words that run the command behind them on a host}
     *
     * @param host its name
     */
    List<String> shell(String host) {
        List<String> words = new ArrayList<>();
        for (String word : remoteShell.strip().split("\\s+")) {
            words.add(word.replace("{host}", host));
        }
        return words;
    }
}
