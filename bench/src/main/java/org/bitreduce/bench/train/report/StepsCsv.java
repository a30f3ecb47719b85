// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.train.History;
import org.bitreduce.bench.train.History.Column;

/** The table of steps. Stateless. */
public final class StepsCsv {

    private static final String HEAD = "step,epoch,loss,norm,bits,scale,bytes,compute_us,codec_us,communication_us";

    private StepsCsv() {}

    /**
     * Writes one row per step: the loss over all ranks; norm, bits and scale as agreed by all; bytes and microseconds of
     * the rank that writes.
     *
     * @param file overwritten
     * @param history of a finished run
     * @param layers names of its layers; where there are several, each has a column of bits behind the usual ones
     * @param examplesPerStep of all ranks together
     */
    public static void write(Path file, History history, List<String> layers, long examplesPerStep) throws IOException {
        int perEpoch = history.steps() / history.epochs().size();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(HEAD);
            for (int layer = 0; layers.size() > 1 && layer < layers.size(); layer++) {
                out.write(",bits_" + layers.get(layer));
            }
            out.write("\n");
            for (int step = 0; step < history.steps(); step++) {
                out.write(String.format(
                        Locale.ROOT,
                        "%d,%d,%.6g,%.9g,%s,%.9g,%d,%.1f,%.1f,%.1f",
                        step + 1,
                        step / perEpoch + 1,
                        history.get(step, Column.LOSS_SUM) / examplesPerStep,
                        history.get(step, Column.NORM),
                        bits(history, step),
                        history.get(step, Column.SCALE),
                        (long) history.get(step, Column.BYTES),
                        history.get(step, Column.COMPUTE),
                        history.get(step, Column.CODEC),
                        history.get(step, Column.COMMUNICATION)));
                for (int layer = 0; layers.size() > 1 && layer < layers.size(); layer++) {
                    out.write("," + history.layerBits(step, layer));
                }
                out.write("\n");
            }
        }
    }

    /**
     * {@return the bits of a step's gradient: a whole number, or, as an average over layers, with two decimals}
     *
     * @param history of the run
     * @param step from 0
     */
    public static String bits(History history, int step) {
        double bits = history.get(step, Column.BITS);
        return String.format(Locale.ROOT, bits == Math.rint(bits) ? "%.0f" : "%.2f", bits);
    }
}
