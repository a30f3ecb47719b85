// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StoppedException;

/** How a rank's main ended. */
public enum End {
    /** It returned. */
    RETURNED,
    /** An exception came out of it. */
    EXCEPTION,
    /** An exception that says that another rank failed, so this rank is not the cause. */
    CONSEQUENCE,
    /** Something called {@code System.exit}. */
    EXIT,
    /** An exception of the library's came out of it, whose message says it all. */
    FAILURE,
    /** A {@link LaunchException} came out of it: what is wrong with the job, in one line. */
    REFUSAL;

    /**
     * {@return CONSEQUENCE or EXCEPTION}
     *
     * @param failure what came out of main
     */
    static End of(Throwable failure) {
        return is(failure, RankFailedException.class) ? CONSEQUENCE : EXCEPTION;
    }

    /**
     * {@return the exit code that stands for an exception, see {@link ExitCode}}
     *
     * @param failure what came out of main
     */
    static int exitCode(Throwable failure) {
        if (failure instanceof LaunchException refusal) {
            return refusal.exitCode();
        } else if (is(failure, StoppedException.class)) {
            return ExitCode.RESUME_LATER;
        } else if (is(failure, MismatchException.class)
                || is(failure, NonFiniteException.class)
                || is(failure, CorruptFrameException.class)) {
            return ExitCode.DATA;
        } else if (is(failure, CollectiveTimeoutException.class)) {
            return ExitCode.TIME_OUT;
        } else if (is(failure, RankFailedException.class)) {
            return ExitCode.RANK_FAILED;
        } else if (failure instanceof IOException
                || failure instanceof UncheckedIOException
                || is(failure, TransportException.class)) {
            return ExitCode.INPUT_OUTPUT;
        }
        return ExitCode.EXCEPTION;
    }

    private static boolean is(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
