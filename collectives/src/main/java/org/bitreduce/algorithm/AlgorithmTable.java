// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.codec.Draws;

/**
 * Which {@link Algorithm} carries a call: the first rule that fits decides, and {@link Algorithm#DIRECT} does where none
 * fits. All algorithms but one give the same bits, so tables change times and never results; that one is for calls whose
 * order of sums is free, and rounding with it. All ranks must hold the same table: its hash is part of every call's
 * fingerprint. Immutable.
 *
 * <p>As text a rule is a line of six words: transport, operation, mode, ranks, bytes, algorithm; see {@link
 * AlgorithmRule}. Lines that begin with {@code #}, and empty ones, say nothing.
 */
public final class AlgorithmTable {

    /** The environment variable that names a table's file. */
    public static final String VARIABLE = "BITREDUCE_TUNING";

    /** The system property that names a table's file, before the variable. */
    public static final String PROPERTY = "bitreduce.tuning";

    private static final AlgorithmTable STANDARD = readStandard();

    private final List<AlgorithmRule> rules;
    private final long fingerprint;

    /**
     * Makes a table.
     *
     * @param rules in the order in which they are tried
     */
    public AlgorithmTable(List<AlgorithmRule> rules) {
        this.rules = List.copyOf(rules);
        long hash = rules.size() * 31L + Algorithm.limits(); // what rules mean depends on those
        for (char c : toString().toCharArray()) {
            hash = Draws.mix64(hash * 31 + c);
        }
        this.fingerprint = hash;
    }

    /** {@return the rules in the order in which they are tried} */
    public List<AlgorithmRule> rules() {
        return rules;
    }

    /** {@return the table that holds where no other is given} */
    public static AlgorithmTable standard() {
        return STANDARD;
    }

    /**
     * {@return the table in the file that the system property {@value #PROPERTY} or the environment variable {@value
     * #VARIABLE} names, else the standard one}
     *
     * @throws IllegalArgumentException if there is a file and it holds no table
     */
    public static AlgorithmTable configured() {
        String file = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (file == null || file.isEmpty()) {
            return STANDARD;
        }
        try {
            return read(Path.of(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot read the table of algorithms (%s, or -D%s): %s".formatted(VARIABLE, PROPERTY, e), e);
        }
    }

    private static AlgorithmTable readStandard() {
        try (InputStream in = AlgorithmTable.class.getResourceAsStream("algorithms.txt")) {
            return parse("the standard table", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return a table in which one algorithm carries all that it can}
     *
     * @param algorithm the one
     */
    public static AlgorithmTable only(Algorithm algorithm) {
        return new AlgorithmTable(List.of(AlgorithmRule.always(algorithm)));
    }

    /**
     * {@return the table in a file}
     *
     * @param file as {@link #toString} writes it
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not there, or not a table, naming the file and the line
     */
    public static AlgorithmTable read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException("a folder and no table of algorithms: file=" + file);
        }
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no table of algorithms: file=" + file, e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s is no text in UTF-8, so no table of algorithms".formatted(file), e);
        }
    }

    /**
     * {@return the table in a text}
     *
     * @param name of the text, for messages
     * @param text as {@link #toString} writes it
     * @throws IllegalArgumentException if it is not a table, naming the line
     */
    public static AlgorithmTable parse(String name, String text) {
        List<AlgorithmRule> rules = new ArrayList<>();
        String[] lines = text.split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    rules.add(AlgorithmRule.parse(line));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("%s, line %d: %s".formatted(name, i + 1, e.getMessage()), e);
                }
            }
        }
        return new AlgorithmTable(rules);
    }

    /**
     * {@return what carries a call whose sums are in rank order}
     *
     * @param transport its name
     * @param operation the collective
     * @param mode its arithmetic
     * @param ranks how many ranks
     * @param bytes of one rank's vector, before it is packed
     */
    public Algorithm choose(String transport, Operation operation, Mode mode, int ranks, long bytes) {
        return choose(transport, operation, mode, Order.RANK, ranks, bytes);
    }

    /**
     * {@return what carries a call}
     *
     * @param transport its name
     * @param operation the collective
     * @param mode its arithmetic
     * @param order of its sums
     * @param ranks how many ranks
     * @param bytes of one rank's vector, before it is packed
     */
    public Algorithm choose(String transport, Operation operation, Mode mode, Order order, int ranks, long bytes) {
        return choose(transport, operation, mode, order, ranks, bytes, Set.of());
    }

    /**
     * {@return what carries a call, where some algorithms cannot for reasons that a table does not know}
     *
     * @param transport its name
     * @param operation the collective
     * @param mode its arithmetic
     * @param order of its sums
     * @param ranks how many ranks
     * @param bytes of one rank's vector, before it is packed
     * @param unfit passed over; not {@link Algorithm#DIRECT}
     */
    public Algorithm choose(
            String transport,
            Operation operation,
            Mode mode,
            Order order,
            int ranks,
            long bytes,
            Set<Algorithm> unfit) {
        for (int i = 0; i < rules.size(); i++) { // without an iterator: every call comes here
            AlgorithmRule rule = rules.get(i);
            if (!unfit.contains(rule.algorithm())
                    && canCarry(rule.algorithm(), operation, mode, order, ranks, bytes)
                    && rule.fits(transport, operation, mode, ranks, bytes)) {
                return rule.algorithm();
            }
        }
        return Algorithm.DIRECT;
    }

    /**
     * {@return whether an algorithm carries a call, if a table says so} Others than can are passed over.
     *
     * @param algorithm the algorithm
     * @param operation the collective
     * @param mode its arithmetic
     * @param order of its sums
     * @param ranks how many ranks
     * @param bytes of one rank's vector, before it is packed
     */
    public static boolean canCarry(
            Algorithm algorithm, Operation operation, Mode mode, Order order, int ranks, long bytes) {
        if (mode == Mode.TWO_LEVEL) {
            return algorithm == Algorithm.DIRECT;
        }
        return switch (algorithm) {
            case INLINE -> canBeInline(operation, ranks, bytes);
            case EAGER ->
                operation == Operation.ALL_REDUCE
                        && (mode == Mode.PLAIN || mode == Mode.TWOSHOT)
                        && ranks > 1
                        && ranks <= Algorithm.INLINE_RANKS
                        && bytes <= Algorithm.eagerBytes(ranks);
            case HALVING -> order == Order.FREE && operation == Operation.ALL_REDUCE && mode == Mode.PLAIN;
            default -> true;
        };
    }

    private static boolean canBeInline(Operation operation, int ranks, long bytes) {
        return bytes <= Algorithm.INLINE_BYTES
                && ranks <= Algorithm.INLINE_RANKS
                && operation != Operation.REDUCE_SCATTER
                && operation != Operation.GATHER
                && operation != Operation.SCATTER
                && operation != Operation.REDUCE;
    }

    /** {@return a number that differs between different tables, as good as surely} */
    public long fingerprint() {
        return fingerprint;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlgorithmTable table && rules.equals(table.rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    /** {@return the table as text, one rule per line} */
    @Override
    public String toString() {
        return rules.stream().map(AlgorithmRule::toString).collect(Collectors.joining("\n", "", "\n"));
    }
}
