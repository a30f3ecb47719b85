// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * What one rank cannot do, to be told to all, so that the job ends at once, with one message, whoever shows it. Immutable.
 */
final class Complaint {

    /** Nothing is wrong. */
    static final Complaint NONE = new Complaint(ExitCode.OK, "", null);

    private final int code;
    private final String text;
    private final Exception cause;

    private Complaint(int code, String text, Exception cause) {
        this.code = code;
        this.text = text;
        this.cause = cause;
    }

    /**
     * Something that may fail on one rank only.
     *
     * @param <T> what comes of it
     */
    interface Attempt<T> {

        /**
         * Tries it.
         *
         * @throws IOException if it fails, which is code 74
         * @throws LaunchException if it fails with another code
         */
        T make() throws IOException;
    }

    /** The same, of which nothing comes. */
    interface Action {

        /** Tries it. */
        void run() throws IOException;
    }

    /**
     * Tries something on this rank alone.
     *
     * @param action that needs no other rank
     * @return what is to be told; {@link #NONE} if it went well
     */
    static Complaint of(Action action) {
        try {
            action.run();
            return NONE;
        } catch (IOException e) {
            return new Complaint(ExitCode.INPUT_OUTPUT, OutputFile.reason(e), e);
        } catch (UncheckedIOException e) {
            return new Complaint(ExitCode.INPUT_OUTPUT, OutputFile.reason(e.getCause()), e);
        } catch (LaunchException e) {
            return new Complaint(e.exitCode(), e.getMessage(), e);
        }
    }

    /** {@return whether there is nothing to be told} */
    boolean isEmpty() {
        return code == ExitCode.OK;
    }

    /**
     * Tries something on every rank, which all call this; the group stays usable.
     *
     * @param exchange of the ranks
     * @param action that needs no other rank
     * @throws LaunchException on all ranks, with the message of the first on which it failed
     */
    static void ifAnyFails(GradientExchange exchange, Action action) {
        of(action).raiseIfAny(exchange);
    }

    /**
     * Makes something on every rank.
     *
     * @param exchange of the ranks, which all call this
     * @param attempt that needs no other rank
     * @return this rank's, if no rank fails
     * @throws LaunchException on all ranks, with the message of the first on which it failed
     */
    static <T> T unlessAnyFails(GradientExchange exchange, Attempt<T> attempt) {
        List<T> made = new ArrayList<>(1);
        ifAnyFails(exchange, () -> made.add(attempt.make()));
        return made.getFirst();
    }

    /**
     * Tells all ranks, which all call this.
     *
     * @param exchange of the ranks
     * @throws LaunchException on all ranks, if there is something to be told on any of them; with the first one's message
     */
    void raiseIfAny(GradientExchange exchange) {
        byte[] mine = text.getBytes(StandardCharsets.UTF_8);
        long[][] rows = RankTable.gather(exchange, code, mine.length);
        List<Integer> failed = new ArrayList<>();
        for (int rank = 0; rank < rows.length; rank++) {
            if (rows[rank][0] != ExitCode.OK) {
                failed.add(rank);
            }
        }
        if (!failed.isEmpty()) {
            int first = failed.removeFirst();
            String message = tell(exchange, exchange.rank() == first, mine, (int) rows[first][1]);
            String others = failed.isEmpty() ? "" : "; ranks " + failed + " complain too";
            throw new LaunchException((int) rows[first][0], message + others, cause);
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
