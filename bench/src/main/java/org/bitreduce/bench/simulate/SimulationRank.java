// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.bench.Sizes;
import org.bitreduce.simulate.WorkRates;
import tools.jackson.databind.ObjectMapper;

/** The program that simulates, in a JVM of its own that has the flags of ranks: it also measures this machine's kernels. */
public final class SimulationRank {

    /** What begins the line of the file for the predictions that says why there are no more. */
    static final String REFUSAL = "refused: ";

    private SimulationRank() {}

    /**
     * Carries out a plan.
     *
     * @param args what a launcher puts before it, then the plan, see {@code SimulationPlan}
     * @throws IOException if the file for the predictions cannot be written
     */
    public static void main(String[] args) throws IOException {
        SimulationPlan plan = SimulationPlan.parse(args[args.length - 1]);
        try (Writer rows = Files.newBufferedWriter(Path.of(plan.rows()))) {
            try {
                predictAll(plan, rows);
            } catch (IllegalArgumentException e) {
                // The command says it, once and without a trace.
                rows.write(REFUSAL + e.getMessage() + "\n");
            } catch (OutOfMemoryError e) {
                rows.write(REFUSAL
                        + "the simulation does not fit into a heap of %d MiB; take fewer ranks, or more heap"
                                .formatted(Runtime.getRuntime().maxMemory() >> 20)
                        + " (--jvm=-Xmx16g)\n");
            }
        }
    }

    private static void predictAll(SimulationPlan plan, Writer rows) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (int width : plan.bits()) {
            Codec codec = plan.codec(width);
            Map<List<Long>, WorkRates> measured = new HashMap<>();
            for (int ranks : plan.ranks()) {
                for (long bytes : plan.bytes()) {
                    long count = bytes / Float.BYTES;
                    int atOnce = plan.atOnce(ranks);
                    WorkRates rates = measured.computeIfAbsent(
                                    List.of((long) atOnce, RateMeasurement.elements(count)),
                                    key -> rates(plan, codec, key.getLast(), atOnce))
                            .slower(plan.slowdown(ranks));
                    Prediction row = new Predictor(plan, codec, rates).predict(ranks, count);
                    rows.write(mapper.writeValueAsString(row) + "\n");
                    rows.flush();
                }
            }
        }
    }

    private static WorkRates rates(SimulationPlan plan, Codec codec, long count, int atOnce) {
        if (plan.gigabytesPerSecond() > 0) {
            return WorkRates.uniform(plan.gigabytesPerSecond());
        }
        Mode mode = codec.isPlain() ? Mode.PLAIN : plan.mode();
        WorkRates measured = RateMeasurement.measure(codec, mode, count, atOnce);
        Map<String, String> said = new HashMap<>();
        measured.picosPerByte().forEach((work, picos) -> said.put(work.name(), "%.1f".formatted(1000 / picos)));
        System.err.println("%s, measured GB/s of float bytes, %d at once, vectors of %s: %s"
                .formatted(codec, atOnce, Sizes.text(count * Float.BYTES), said));
        return measured;
    }
}
