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
        /** Bits per element of the codes, over the whole gradient. */
        BITS,
        /** The greatest distance between two levels, 0 for plain floats. */
        SCALE,
        /** Bytes that this rank sent for the gradient. */
        BYTES,
        /** Microseconds of model and optimizer. */
        COMPUTE,
        /** Microseconds in kernels of the collective. */
        CODEC,
        /** Microseconds of sending, receiving and waiting; with overlap all that the training thread waited. */
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

    private static final int COLUMNS = Column.values().length;

    /** Columns, then the bits of each layer where there are several. */
    private final int width;

    private double[] rows;
    private int steps;
    private final List<Epoch> epochs = new ArrayList<>();

    /**
     * Begins without steps.
     *
     * @param layers whose bits are kept, at least 1
     */
    History(int layers) {
        width = COLUMNS + (layers == 1 ? 0 : layers);
        rows = new double[64 * width];
    }

    /** Adds a step: the bits of each layer, and a row in the order of {@link Column}. */
    void add(double[] layerBits, double... row) {
        if (steps * width == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        System.arraycopy(row, 0, rows, steps * width, COLUMNS);
        System.arraycopy(layerBits, 0, rows, steps * width + COLUMNS, width - COLUMNS);
        steps++;
    }

    /** {@return an upper bound of the numbers that {@link #save} gives per step, those of its epochs included} */
    int numbersPerStep() {
        return width + Epoch.class.getRecordComponents().length;
    }

    /** {@return the number of layers} */
    public int layers() {
        return Math.max(1, width - COLUMNS);
    }

    /**
     * {@return bits per element of a layer's codes}
     *
     * @param step from 0
     * @param layer from 0
     */
    public int layerBits(int step, int layer) {
        return (int) (width == COLUMNS ? get(step, Column.BITS) : rows[step * width + COLUMNS + layer]);
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
            rows[(first + i) * width + Column.LOSS_SUM.ordinal()] = values[2 * i];
            rows[(first + i) * width + Column.RIGHT.ordinal()] = values[2 * i + 1];
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
        return rows[step * width + column.ordinal()];
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

    /** {@return all as numbers: steps, epochs, then the rows, then the epochs} */
    double[] save() {
        double[] saved = new double[2 + steps * width + epochs.size() * 4];
        saved[0] = steps;
        saved[1] = epochs.size();
        System.arraycopy(rows, 0, saved, 2, steps * width);
        int at = 2 + steps * width;
        for (Epoch epoch : epochs) {
            saved[at++] = epoch.trainLoss();
            saved[at++] = epoch.trainAccuracy();
            saved[at++] = epoch.testLoss();
            saved[at++] = epoch.testAccuracy();
        }
        return saved;
    }

    /** {@return a history of so many layers, made of what {@link #save} gave} */
    static History load(int layers, double[] saved) {
        History history = new History(layers);
        history.steps = (int) saved[0];
        int end = 2 + history.steps * history.width;
        if (history.steps > 0) {
            history.rows = Arrays.copyOfRange(saved, 2, end);
        }
        for (int epoch = 0, at = end; epoch < (int) saved[1]; epoch++, at += 4) {
            history.add(new Epoch(saved[at], saved[at + 1], saved[at + 2], saved[at + 3]));
        }
        return history;
    }
}
