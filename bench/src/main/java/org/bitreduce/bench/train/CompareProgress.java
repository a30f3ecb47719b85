// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Says which run of a comparison is under way and how long the rest may take, as if all took equally long. Rewritten in
 * place on a terminal, printed anew every ten seconds elsewhere. Used by one thread at a time.
 */
final class CompareProgress implements Progress {

    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long LOG_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final int runs;
    private final int kept;
    private final long start = System.nanoTime();
    private long shown = start;
    private int done;
    private String name = "";

    /**
     * Begins.
     *
     * @param runs of the whole comparison
     * @param kept of them that are there already
     */
    CompareProgress(PrintStream out, boolean terminal, int runs, int kept) {
        this.out = out;
        this.terminal = terminal;
        this.runs = runs;
        this.kept = kept;
    }

    void begin(RunName run) {
        name = run.toString();
    }

    /** Which run. */
    record RunName(String method, long seed) {
        @Override
        public String toString() {
            return "seed %d, %s".formatted(seed, method);
        }
    }

    @Override
    public void step(TrainState state, int steps, int epoch) {
        long now = System.nanoTime();
        if (now - shown >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            shown = now;
            double share = (double) state.step / steps;
            print(
                    String.format(
                            Locale.ROOT,
                            "run %d/%d  %s  step %d/%d  %s",
                            kept + done + 1,
                            runs,
                            name,
                            state.step,
                            steps,
                            left(now, share)),
                    false);
        }
    }

    void end(RunRecord run) {
        done++;
        print(
                String.format(
                        Locale.ROOT,
                        "run %d/%d  %s: test accuracy %.2f %%, training loss %.4f, %.3f bits, %.1f s;  %s",
                        kept + done,
                        runs,
                        name,
                        100 * run.testAccuracy(),
                        run.trainLoss(),
                        run.averageBits(),
                        run.seconds(),
                        left(System.nanoTime(), 0)),
                true);
    }

    private String left(long now, double share) {
        double seconds = (now - start) / 1e9 / (done + share) * (runs - kept - done - share);
        return seconds < 90
                ? String.format(Locale.ROOT, "%.0f s left", seconds)
                : String.format(Locale.ROOT, "%.0f min left", seconds / 60);
    }

    private void print(String line, boolean keep) {
        if (terminal) {
            out.print("\r\u001b[K" + line + (keep ? "\n" : ""));
        } else {
            out.println(line);
        }
        out.flush();
    }
}
