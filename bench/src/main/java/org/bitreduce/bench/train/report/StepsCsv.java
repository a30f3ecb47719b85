// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * @param examplesPerStep of all ranks together
     */
    public static void write(Path file, History history, long examplesPerStep) throws IOException {
        int perEpoch = history.steps() / history.epochs().size();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(HEAD + "\n");
            for (int step = 0; step < history.steps(); step++) {
                out.write(String.format(
                        Locale.ROOT,
                        "%d,%d,%.6g,%.9g,%d,%.9g,%d,%.1f,%.1f,%.1f\n",
                        step + 1,
                        step / perEpoch + 1,
                        history.get(step, Column.LOSS_SUM) / examplesPerStep,
                        history.get(step, Column.NORM),
                        (int) history.get(step, Column.BITS),
                        history.get(step, Column.SCALE),
                        (long) history.get(step, Column.BYTES),
                        history.get(step, Column.COMPUTE),
                        history.get(step, Column.CODEC),
                        history.get(step, Column.COMMUNICATION)));
            }
        }
    }
}
