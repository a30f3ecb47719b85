// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmRule;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.bench.Trial;

/**
 * Makes a table of algorithms from what was measured. A schedule replaces the one that the table says which was there
 * before only if it is faster by a margin; all cells that were not measured keep that table's rules, which follow the new
 * ones. Confined to one thread.
 */
final class Tuning {

    private static final Comparator<Cell> CELLS = Comparator.comparing(Cell::transport)
            .thenComparing(Cell::operation)
            .thenComparing(Cell::mode)
            .thenComparingInt(Cell::np)
            .thenComparingLong(Cell::bytes);

    private final AlgorithmTable base;
    private final double margin;
    /** By cell, schedule and width: what every round took. */
    private final Map<Cell, Map<Algorithm, Map<Integer, List<Double>>>> micros = new TreeMap<>(CELLS);

    /**
     * Begins with nothing measured.
     *
     * @param base the table that holds now
     * @param margin by which a schedule must be faster, 0.05 for five per cent
     */
    Tuning(AlgorithmTable base, double margin) {
        this.base = base;
        this.margin = margin;
    }

    void add(Trial trial) {
        micros.computeIfAbsent(Cell.of(trial), cell -> new EnumMap<>(Algorithm.class))
                .computeIfAbsent(trial.algorithm(), algorithm -> new TreeMap<>())
                .computeIfAbsent(trial.bits(), bits -> new ArrayList<>())
                .add(trial.micros());
    }

    /** {@return what each cell's calls are to take if sums are in rank order} */
    List<Finding> ordered() {
        List<Finding> findings = new ArrayList<>();
        micros.forEach((cell, times) -> {
            Algorithm usual = base.choose(cell.transport(), cell.operation(), cell.mode(), cell.np(), cell.bytes());
            Algorithm best = usual;
            for (Algorithm algorithm : times.keySet()) {
                boolean faster = !(mean(times, algorithm) * (1 + margin) >= mean(times, usual));
                boolean fastest = best == usual || mean(times, algorithm) < mean(times, best);
                if (algorithm != Algorithm.HALVING && algorithm != usual && faster && fastest) {
                    best = algorithm;
                }
            }
            findings.add(new Finding(cell, usual, best, mean(times, usual), mean(times, best)));
        });
        return findings;
    }

    /** {@return the cells in which sums in another order are faster, against the fastest in rank order} */
    List<Finding> free() {
        List<Finding> findings = new ArrayList<>();
        for (Finding found : ordered()) {
            Map<Algorithm, Map<Integer, List<Double>>> times = micros.get(found.cell());
            double halving = mean(times, Algorithm.HALVING);
            if (halving * (1 + margin) < found.bestMicros()) {
                findings.add(new Finding(found.cell(), found.best(), Algorithm.HALVING, found.bestMicros(), halving));
            }
        }
        return findings;
    }

    /** {@return the geometric mean over widths of the median over rounds; NaN if nothing was measured} */
    private static double mean(Map<Algorithm, Map<Integer, List<Double>>> times, Algorithm algorithm) {
        double logs = 0;
        Map<Integer, List<Double>> widths = times.getOrDefault(algorithm, Map.of());
        for (List<Double> rounds : widths.values()) {
            List<Double> sorted = rounds.stream().sorted().toList();
            logs += Math.log(sorted.get((sorted.size() - 1) / 2));
        }
        return Math.exp(logs / widths.size());
    }

    /** {@return the new table} Its rules for free orders come first, for those in rank order never fit them. */
    AlgorithmTable table() {
        List<AlgorithmRule> rules = new ArrayList<>(rules(free()));
        rules.addAll(rules(ordered()));
        rules.addAll(base.rules());
        return new AlgorithmTable(rules);
    }

    private List<AlgorithmRule> rules(List<Finding> findings) {
        List<AlgorithmRule> rules = new ArrayList<>();
        for (Finding finding : findings) {
            Cell cell = finding.cell();
            AlgorithmRule rule = new AlgorithmRule(
                    cell.transport(),
                    cell.operation(),
                    cell.mode(),
                    cell.np(),
                    mostRanks(cell),
                    isLeast(cell) ? 0 : cell.bytes(),
                    mostBytes(cell),
                    finding.best());
            AlgorithmRule last = rules.isEmpty() ? null : rules.getLast();
            if (last != null && continues(last, rule)) {
                rules.removeLast();
                rule = new AlgorithmRule(
                        rule.transport(),
                        rule.operation(),
                        rule.mode(),
                        rule.leastRanks(),
                        rule.mostRanks(),
                        last.leastBytes(),
                        rule.mostBytes(),
                        rule.algorithm());
            }
            rules.add(rule);
        }
        return rules;
    }

    private static boolean continues(AlgorithmRule last, AlgorithmRule next) {
        return last.transport().equals(next.transport())
                && last.operation() == next.operation()
                && last.mode() == next.mode()
                && last.leastRanks() == next.leastRanks()
                && last.algorithm() == next.algorithm()
                && last.mostBytes() == next.leastBytes() - 1;
    }

    /** Numbers of ranks between two that were measured follow the smaller one. */
    private int mostRanks(Cell cell) {
        return micros.keySet().stream()
                        .filter(other -> isSibling(cell, other) && other.np() > cell.np())
                        .mapToInt(Cell::np)
                        .min()
                        .orElse(cell.np() + 1)
                - 1;
    }

    private boolean isLeast(Cell cell) {
        return micros.keySet().stream()
                .noneMatch(other -> isSibling(cell, other) && other.np() == cell.np() && other.bytes() < cell.bytes());
    }

    /** A size stands for those up to the next, the greatest for all beyond. */
    private long mostBytes(Cell cell) {
        OptionalLong next = micros.keySet().stream()
                .filter(other -> isSibling(cell, other) && other.np() == cell.np() && other.bytes() > cell.bytes())
                .mapToLong(Cell::bytes)
                .min();
        return next.isPresent() ? next.getAsLong() - 1 : Long.MAX_VALUE;
    }

    private static boolean isSibling(Cell a, Cell b) {
        return a.transport().equals(b.transport()) && a.operation() == b.operation() && a.mode() == b.mode();
    }
}
