// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mpi.MPI;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.GroupScenarios;
import org.bitreduce.MismatchMatrix;
import org.bitreduce.transport.KnownMessages;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;

/** What the ranks of a test job do with their transport, each a name for the command line. */
final class MpjScenarios {

    private final Transport transport;
    private final MpjTraffic traffic;
    private final MpjFailures failures;

    MpjScenarios(Transport transport) {
        this.transport = transport;
        KnownMessages messages = new KnownMessages(transport, 42);
        traffic = new MpjTraffic(messages);
        failures = new MpjFailures(messages);
    }

    /** {@return whether MPI.Finalize would wait for ever after it} */
    static boolean endsByHalt(String scenarios) {
        return List.of("abort", "kill", "frozen", "oversize").stream().anyMatch(scenarios::endsWith);
    }

    void run(String scenario) throws Exception {
        switch (scenario) {
            case "messages" -> traffic.ofManyKinds();
            case "beside" -> traffic.besideTheUsersOwn();
            case "abort" -> failures.abort();
            case "kill" -> failures.kill();
            case "leave" -> failures.leave();
            case "frozen" -> failures.frozen();
            case "oversize" -> failures.oversize(0);
            case "late-oversize" -> failures.oversize(1);
            case "contract" -> TransportContract.check(transport);
            case "several" -> severalTransports();
            case "groups" -> groups();
            case "mismatch" -> mismatch();
            default -> throw new IllegalArgumentException(scenario);
        }
    }

    /** Two at once, each in a thread of its own, and one when the second has gone; all with the same tags. */
    private void severalTransports() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Transport other = Mpj.over(MPI.COMM_WORLD)) {
                FutureTask<Void> beside = new FutureTask<>(() -> TransportContract.check(other), null);
                Thread.ofPlatform().daemon().start(beside);
                TransportContract.check(transport);
                beside.get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** Ends the transport, with the communicator that owns it. */
    private void groups() throws Exception {
        try (Communicator world = Communicator.over(transport, CommunicatorOptions.DEFAULT)) {
            GroupScenarios.run(world);
            System.out.println("GROUPS " + world.rank() + " " + world.transportName());
        }
    }

    /** Ends the transport, with the communicator that owns it. */
    private void mismatch() {
        try (Communicator world = Communicator.over(transport, CommunicatorOptions.DEFAULT)) {
            System.out.println("MISMATCHES " + MismatchMatrix.runOnce(world) + " " + world.transportName());
        }
    }
}
