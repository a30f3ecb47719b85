// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a rank measured: one row per step, one per epoch. Losses and right answers of an epoch's steps are this rank's
 * until {@link #settle} replaces them by all ranks'. Confined to one thread.
 */
public final class History {

    /** Columns of a step's row. */
    public enum Column {
        /** Sum of losses over the step's examples. */
        LOSS_SUM,
        /** Right answers among the step's examples, before learning from them. */
        RIGHT,
        /** Greatest magnitude in any rank's gradient. */
        NORM,
        /** Bits per element of the codes. */
        BITS,
        /** The greatest distance between two levels, 0 for plain floats. */
        SCALE,
        /** Bytes that this rank sent for the gradient. */
        BYTES,
        /** Microseconds of model and optimizer. */
        COMPUTE,
        /** Microseconds in kernels of the collective. */
        CODEC,
        /** Microseconds of sending, receiving and waiting. */
        COMMUNICATION
    }

    /**
     * An epoch, over all ranks.
     *
     * @param trainLoss mean loss of the training examples, each before it was learnt from
     * @param trainAccuracy share of right answers among them
     * @param testLoss mean loss on the test set after the epoch
     * @param testAccuracy share of right answers on the test set after the epoch
     */
    public record Epoch(double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {}

    private static final int WIDTH = Column.values().length;

    private double[] rows = new double[64 * WIDTH];
    private int steps;
    private final List<Epoch> epochs = new ArrayList<>();

    /** Adds a step's row, in the order of {@link Column}. */
    void add(double... row) {
        if (steps * WIDTH == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        System.arraycopy(row, 0, rows, steps * WIDTH, WIDTH);
        steps++;
    }

    /** Sums losses and right answers of the last steps over all ranks. */
    void settle(GradientExchange exchange, int lastSteps) {
        double[] values = new double[2 * lastSteps];
        int first = steps - lastSteps;
        for (int i = 0; i < lastSteps; i++) {
            values[2 * i] = get(first + i, Column.LOSS_SUM);
            values[2 * i + 1] = get(first + i, Column.RIGHT);
        }
        exchange.sum(values);
        for (int i = 0; i < lastSteps; i++) {
            rows[(first + i) * WIDTH + Column.LOSS_SUM.ordinal()] = values[2 * i];
            rows[(first + i) * WIDTH + Column.RIGHT.ordinal()] = values[2 * i + 1];
        }
    }

    void add(Epoch epoch) {
        epochs.add(epoch);
    }

    /** {@return the number of steps} */
    public int steps() {
        return steps;
    }

    /** {@return the epochs so far, not to be modified} */
    public List<Epoch> epochs() {
        return List.copyOf(epochs);
    }

    /**
     * {@return a measured value}
     *
     * @param step from 0
     * @param column which
     */
    public double get(int step, Column column) {
        return rows[step * WIDTH + column.ordinal()];
    }

    /**
     * {@return the sum of a column over some steps}
     *
     * @param from first step
     * @param to end, exclusive
     * @param column which
     */
    public double sum(int from, int to, Column column) {
        double sum = 0;
        for (int step = from; step < to; step++) {
            sum += get(step, column);
        }
        return sum;
    }

    /** {@return all rows as numbers: steps, epochs, then the rows} */
    double[] save() {
        double[] saved = new double[2 + steps * WIDTH + epochs.size() * 4];
        saved[0] = steps;
        saved[1] = epochs.size();
        System.arraycopy(rows, 0, saved, 2, steps * WIDTH);
        int at = 2 + steps * WIDTH;
        for (Epoch epoch : epochs) {
            saved[at++] = epoch.trainLoss();
            saved[at++] = epoch.trainAccuracy();
            saved[at++] = epoch.testLoss();
            saved[at++] = epoch.testAccuracy();
        }
        return saved;
    }

    /** {@return a history made of what {@link #save} gave} */
    static History load(double[] saved) {
        History history = new History();
        int at = 2;
        for (int step = 0; step < (int) saved[0]; step++, at += WIDTH) {
            history.add(Arrays.copyOfRange(saved, at, at + WIDTH));
        }
        for (int epoch = 0; epoch < (int) saved[1]; epoch++, at += 4) {
            history.add(new Epoch(saved[at], saved[at + 1], saved[at + 2], saved[at + 3]));
        }
        return history;
    }
}
