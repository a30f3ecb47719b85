// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** What one rank cannot do is told to all, so that the job ends with one message, whoever shows it. Stateless. */
final class Complaint {

    private Complaint() {}

    /** Something that may fail on one rank only. */
    interface Attempt {

        /** Tries it. */
        void run() throws IOException;
    }

    /**
     * Tries something on every rank, which all call this; the group stays usable.
     *
     * @param exchange of the ranks
     * @param attempt that needs no other rank
     * @throws LaunchException on all ranks, with the message of the first on which it failed
     */
    static void ifAnyFails(GradientExchange exchange, Attempt attempt) {
        IOException failure = null;
        byte[] text = {};
        try {
            attempt.run();
        } catch (IOException e) {
            failure = e;
            text = e.toString().getBytes(StandardCharsets.UTF_8);
            if (e.getMessage() != null) {
                text = e.getMessage().getBytes(StandardCharsets.UTF_8);
            }
        }
        long[][] lengths = RankTable.gather(exchange, text.length);
        for (int rank = 0; rank < lengths.length; rank++) {
            if (lengths[rank][0] > 0) {
                String message = tell(exchange, exchange.rank() == rank, text, (int) lengths[rank][0]);
                throw new LaunchException(ExitCode.INPUT_OUTPUT, message, failure);
            }
        }
    }

    private static String tell(GradientExchange exchange, boolean mine, byte[] text, int length) {
        long[] told = new long[length];
        for (int i = 0; mine && i < length; i++) {
            told[i] = text[i];
        }
        exchange.sum(told);
        byte[] heard = new byte[length];
        for (int i = 0; i < length; i++) {
            heard[i] = (byte) told[i];
        }
        return new String(heard, StandardCharsets.UTF_8);
    }
}
