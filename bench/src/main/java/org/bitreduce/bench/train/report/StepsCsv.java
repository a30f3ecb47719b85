// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.OutputFile;
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
     * @param file replaced as a whole
     * @param history of a finished run
     * @param layers names of its layers; where there are several, each has a column of bits behind the usual ones
     * @param examplesPerStep of all ranks together
     */
    public static void write(Path file, History history, List<String> layers, long examplesPerStep) throws IOException {
        OutputFile.replace(file, bytes -> {
            Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
            write(out, history, layers, examplesPerStep);
            out.flush();
        });
    }

    private static void write(Writer out, History history, List<String> layers, long examplesPerStep)
            throws IOException {
        int perEpoch = history.steps() / history.epochs().size();
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
