// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import tools.jackson.databind.JsonNode;

/**
 * Two runs, row by row.
 *
 * @param pairs rows that both have, in the order of the first
 * @param onlyFirst rows that only the first has
 * @param onlySecond rows that only the second has
 * @param differences what else differs, one line each
 */
record Comparison(List<Pair> pairs, List<RowKey> onlyFirst, List<RowKey> onlySecond, List<String> differences) {

    /** Fields of an environment that differ between any two runs. */
    private static final List<String> IGNORED = List.of("date", "load_average");

    Comparison {
        pairs = List.copyOf(pairs);
        onlyFirst = List.copyOf(onlyFirst);
        onlySecond = List.copyOf(onlySecond);
        differences = List.copyOf(differences);
    }

    /**
     * The same row of both.
     *
     * @param key what was measured
     * @param first its median in the first run
     * @param second its median in the second
     * @param ratio second over first
     */
    record Pair(RowKey key, Median first, Median second, Ratio ratio) {

        /**
         * {@return whether the second is slower by more than a limit, and shown to be slower}
         *
         * @param percent not negative
         */
        boolean slowerBy(double percent) {
            return ratio.verdict() == Ratio.Verdict.SLOWER && ratio.value() > 1 + percent / 100;
        }
    }

    /**
     * {@return the comparison of two files}
     *
     * @param first what is compared with
     * @param second what is compared, of the same shape
     * @throws LaunchException if it is of another
     */
    static Comparison of(ResultFile first, ResultFile second) {
        if (first.shape() != second.shape()) {
            throw new LaunchException(
                    ExitCode.DATA,
                    "one is of bench versus, the other is not, and they measure in different ways: %s, %s"
                            .formatted(first.file(), second.file()));
        }
        List<Pair> pairs = new ArrayList<>();
        List<RowKey> onlyFirst = new ArrayList<>();
        Map<String, Integer> circumstances = new LinkedHashMap<>();
        first.rows().forEach((key, row) -> {
            JsonNode other = second.rows().get(key);
            if (other == null) {
                onlyFirst.add(key);
                return;
            }
            Median before = ResultFile.median(row);
            Median after = ResultFile.median(other);
            pairs.add(new Pair(key, before, after, Ratio.of(before, after)));
            for (String field : first.shape().circumstances()) {
                String difference = difference(field, row, other);
                if (difference != null) {
                    circumstances.merge(difference, 1, Integer::sum);
                }
            }
        });
        List<RowKey> onlySecond = second.rows().keySet().stream()
                .filter(key -> !first.rows().containsKey(key))
                .toList();
        List<String> differences = environments(first.environment(), second.environment());
        circumstances.forEach((text, rows) -> differences.add("%s (%d rows)".formatted(text, rows)));
        return new Comparison(pairs, onlyFirst, onlySecond, differences);
    }

    /** {@return the rows of BitReduce} */
    List<Pair> ours() {
        return pairs.stream().filter(pair -> pair.key().ours()).toList();
    }

    /** {@return the rows of others: what changed there is the machine, or another version of theirs} */
    List<Pair> control() {
        return pairs.stream().filter(pair -> !pair.key().ours()).toList();
    }

    private static List<String> environments(JsonNode first, JsonNode second) {
        TreeSet<String> fields = new TreeSet<>(first.propertyNames());
        fields.addAll(second.propertyNames());
        List<String> differences = new ArrayList<>();
        for (String field : fields) {
            String difference = difference(field, first, second);
            if (difference != null && !IGNORED.contains(field)) {
                differences.add(difference);
            }
        }
        return differences;
    }

    private static String difference(String field, JsonNode first, JsonNode second) {
        String before = text(first.get(field));
        String after = text(second.get(field));
        return before.equals(after) ? null : "%s: %s, %s".formatted(field, before, after);
    }

    private static String text(JsonNode value) {
        if (value == null) {
            return "unknown";
        }
        return value.isString() ? value.asString() : value.toString();
    }
}
