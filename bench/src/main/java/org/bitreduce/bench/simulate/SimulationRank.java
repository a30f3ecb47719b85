// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.simulate.WorkRates;
import tools.jackson.databind.ObjectMapper;

/** The program that simulates, in a JVM of its own that has the flags of ranks: it also measures this machine's kernels. */
public final class SimulationRank {

    private SimulationRank() {}

    /**
     * Carries out a plan.
     *
     * @param args what a launcher puts before it, then the plan, see {@code SimulationPlan}
     * @throws IOException if the file for the predictions cannot be written
     */
    public static void main(String[] args) throws IOException {
        SimulationPlan plan = SimulationPlan.parse(args[args.length - 1]);
        ObjectMapper mapper = new ObjectMapper();
        try (Writer rows = Files.newBufferedWriter(Path.of(plan.rows()))) {
            for (int width : plan.bits()) {
                Codec codec = plan.codec(width);
                WorkRates rates = rates(plan, codec);
                for (int ranks : plan.ranks()) {
                    for (long bytes : plan.bytes()) {
                        Prediction row = new Predictor(plan, codec, rates).predict(ranks, bytes / Float.BYTES);
                        rows.write(mapper.writeValueAsString(row) + "\n");
                        rows.flush();
                    }
                }
            }
        }
    }

    private static WorkRates rates(SimulationPlan plan, Codec codec) {
        if (plan.gigabytesPerSecond() > 0) {
            return WorkRates.uniform(plan.gigabytesPerSecond()).slower(plan.ranksPerCore());
        }
        Mode mode = codec.isPlain() ? Mode.PLAIN : plan.mode();
        WorkRates measured = RateMeasurement.measure(codec, mode);
        Map<String, String> said = new HashMap<>();
        measured.picosPerByte().forEach((work, picos) -> said.put(work.name(), "%.1f".formatted(1000 / picos)));
        System.out.println("%s, measured GB/s of float bytes: %s".formatted(codec, said));
        return measured.slower(plan.ranksPerCore());
    }
}
