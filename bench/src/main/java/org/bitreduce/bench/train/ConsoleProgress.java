// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.PrintStream;
import java.util.Locale;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.report.StepsCsv;

/**
 * One line that tells where the run is: rewritten in place on a terminal, printed anew every two seconds elsewhere. The
 * loss and accuracy are those of this rank's last steps. Confined to one thread.
 */
final class ConsoleProgress implements Progress {

    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long LOG_NANOS = 2_000_000_000L;
    private static final int WINDOW = 50;

    private final PrintStream out;
    private final boolean terminal;
    private final TrainSettings settings;
    private final long start = System.nanoTime();
    private long shown = start;
    private int firstStep = -1;
    private double sentBytes;

    ConsoleProgress(PrintStream out, boolean terminal, TrainSettings settings) {
        this.out = out;
        this.terminal = terminal;
        this.settings = settings;
    }

    @Override
    public void step(TrainState state, int steps, int epoch) {
        if (firstStep < 0) {
            firstStep = state.step - 1;
            sentBytes = state.history.sum(0, firstStep, Column.BYTES);
        }
        sentBytes += state.history.get(state.step - 1, Column.BYTES);
        long now = System.nanoTime();
        if (now - shown >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            shown = now;
            show(line(state, steps, epoch, now), false);
        }
    }

    private String line(TrainState state, int steps, int epoch, long now) {
        int from = Math.max(state.step - WINDOW, state.step - state.step % Math.max(1, steps / settings.epochs()));
        from = Math.min(from, state.step - 1);
        double seen = (double) (state.step - from) * settings.batch();
        double left = (now - start) / 1e9 / (state.step - firstStep) * (steps - state.step);
        return String.format(
                Locale.ROOT,
                "epoch %d/%d  step %d/%d  loss %.3f  accuracy %.1f %%  %s bits (average %.2f)  sent %s  %.0f s left",
                epoch + 1,
                settings.epochs(),
                state.step,
                steps,
                state.history.sum(from, state.step, Column.LOSS_SUM) / seen,
                100 * state.history.sum(from, state.step, Column.RIGHT) / seen,
                StepsCsv.bits(state.history, state.step - 1),
                state.history.sum(0, state.step, Column.BITS) / state.step,
                megabytes(sentBytes),
                left);
    }

    @Override
    public void epoch(int epoch, History.Epoch result) {
        show(
                String.format(
                        Locale.ROOT,
                        "epoch %d/%d done: training loss %.3f, test loss %.3f, test accuracy %.2f %%",
                        epoch + 1,
                        settings.epochs(),
                        result.trainLoss(),
                        result.testLoss(),
                        100 * result.testAccuracy()),
                true);
    }

    @Override
    public void note(String line) {
        show(line, true);
    }

    static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private void show(String line, boolean keep) {
        if (!terminal) {
            out.println(line);
        } else {
            out.print("\r\u001b[K" + line + (keep ? "\n" : ""));
        }
        out.flush();
    }
}
