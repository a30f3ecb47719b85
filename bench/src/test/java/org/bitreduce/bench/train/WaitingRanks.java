// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.Communicator;

/** A rank program that says that all ranks have met, and then waits to be ended. */
public final class WaitingRanks {

    private WaitingRanks() {}

    /**
     * Waits.
     *
     * @param args of the launcher
     */
    public static void main(String[] args) throws InterruptedException {
        try (Communicator world = Communicator.join(args)) {
            world.barrier();
            System.out.println("all are here");
            Thread.sleep(600_000);
        }
    }
}
