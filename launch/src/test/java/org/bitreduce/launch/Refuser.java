// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.MismatchException;
import org.bitreduce.TransportException;
import org.bitreduce.join.Join;

/** A rank program that fails in the way that the system property {@code refusal} says, and with words that need no trace. */
public final class Refuser {

    private Refuser() {}

    /**
     * Fails.
     *
     * @param args as the launcher gives them
     * @throws InterruptedException never, in practice
     */
    public static void main(String[] args) throws InterruptedException {
        int rank = Actor.rank(args);
        switch (System.getProperty("refusal")) {
            case "job" -> {
                if (rank == 0) {
                    throw new LaunchException(ExitCode.INPUT_OUTPUT, "rank 1 on host x cannot write a file");
                }
            }
            case "rank" -> {
                if (rank == 1) {
                    throw new TransportException("the secret cannot be read:\n  no such file");
                }
                new CountDownLatch(1).await(5, TimeUnit.MINUTES);
            }
            case "freeze" -> freeze(rank, args);
            default -> throw new MismatchException("rank %d of 3 has another count".formatted(rank));
        }
    }

    /** Rank 1 stops as under a debugger, or on a host that swaps, and the others wait for it. */
    private static void freeze(int rank, String... args) {
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withDeadline(Duration.ofSeconds(6));
        Join.Joined joined = Join.join(args, Duration.ofSeconds(30)); // JVMs may start slowly, but not the barriers
        try (Communicator world = Communicator.over(joined.transport(), options)) {
            world.barrier();
            if (rank == 1) {
                String self = Long.toString(ProcessHandle.current().pid());
                new ProcessBuilder("kill", "-STOP", self).start().waitFor();
            }
            world.barrier();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
