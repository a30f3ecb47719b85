// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import java.util.List;
import mpi.MPI;
import org.bitreduce.transport.Transport;

/**
 * What a rank does in the tests that run under MPJ Express: {@code MpjRankMain SCENARIO,SCENARIO,…}. Prints {@code DONE
 * rank} and ends with 0, or prints what is wrong and ends with 1.
 */
public final class MpjRankMain {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private MpjRankMain() {}

    /**
     * Runs one scenario.
     *
     * @param args MPJ's arguments, then the name of the scenario
     * @throws Exception never
     */
    public static void main(String[] args) throws Exception {
        String scenarios = MpjArguments.applicationArguments(args)[0];
        int code = 0;
        try {
            if (!MpjArguments.startedByMpjrun(args)) {
                throw new AssertionError("not recognised: " + String.join(" ", args));
            }
            run(List.of(scenarios.split(",")), args);
        } catch (Throwable e) {
            System.out.println("FAILED " + args[0] + " " + e);
            e.printStackTrace(System.out);
            code = 1;
        }
        System.out.flush();
        if (code != 0 || MpjScenarios.endsByHalt(scenarios) || !MpjBootstrap.finish(Duration.ofSeconds(10))) {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void run(List<String> scenarios, String[] args) throws Exception {
        try (Transport transport = MpjBootstrap.join(args, DEADLINE)) {
            for (String scenario : scenarios) {
                new MpjScenarios(transport).run(scenario);
            }
            if (!MPI.Initialized() || MPI.COMM_WORLD.Size() != transport.size()) {
                throw new AssertionError("MPJ is not what it was");
            }
            System.out.println("DONE " + transport.rank() + " " + transport.name());
        }
    }
}
