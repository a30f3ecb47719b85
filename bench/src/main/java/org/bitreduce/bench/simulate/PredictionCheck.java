// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicts what this machine's own ranks take, from its kernels' rates and an empty call's time, and measures it.
 *
 * @param jobs run both
 * @param measuresLatency whether the model's latency is that of an empty call of as many ranks, else the plan's
 */
record PredictionCheck(PlanJobs jobs, boolean measuresLatency) {

    /** {@return both, by number of ranks, width and size} */
    List<Check> check(SimulationPlan plan) throws IOException {
        List<Check> checks = new ArrayList<>();
        for (int np : plan.ranks()) {
            System.err.println("measuring %d ranks".formatted(np));
            List<Measured> measured = jobs.measure(plan.of(np, plan.latencyPicos()));
            long latency =
                    measuresLatency ? latency(plan, np, measured.getFirst().emptyUs()) : plan.latencyPicos();
            System.err.println("predicting %d ranks".formatted(np));
            PlanJobs.Rows<Prediction> predicted = jobs.predict(plan.of(np, latency));
            predicted.requireAll();
            for (int i = 0; i < measured.size(); i++) {
                checks.add(Check.of(predicted.rows().get(i), measured.get(i), plan.cores(), latency / 1e6));
            }
        }
        return checks;
    }

    /** An empty call is one step, in which every rank sends to and receives from all others. */
    static long latency(SimulationPlan plan, int np, double emptyUs) {
        long overheads = 2L * (np - 1) * plan.network(np).overheadPicos();
        return Math.max(0, Math.round(emptyUs * 1e6) - overheads);
    }
}
