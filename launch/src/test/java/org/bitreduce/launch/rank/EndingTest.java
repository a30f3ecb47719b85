// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.MismatchException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StoppedException;
import org.junit.jupiter.api.Test;

/** What the launcher hears of a main that threw, and whether the rank itself has to print more. */
class EndingTest {

    private static void assertEnding(Throwable failure, End end, int code, String reason, boolean toldByTheLauncher) {
        Ending ending = Ending.of(failure);
        assertEquals(new Ending(end, code, reason), ending);
        assertEquals(toldByTheLauncher, ending.isToldByTheLauncher());
    }

    @Test
    void everyKindOfFailureHasItsOwn() {
        assertEnding(new LaunchException(69, "no data:\n  get some"), End.REFUSAL, 69, "no data: get some", true);
        assertEnding(new TransportException("no port"), End.FAILURE, 74, "no port", true);
        assertEnding(
                new StoppedException("at step 3"),
                End.EXCEPTION,
                ExitCode.RESUME_LATER,
                "stopped in good order, to go on later",
                true);
        assertEnding(
                new RankFailedException("rank 1 died"),
                End.CONSEQUENCE,
                71,
                "threw org.bitreduce.RankFailedException: rank 1 died",
                false);
        assertEnding(
                new CollectiveTimeoutException("rank 2 is late"),
                End.EXCEPTION,
                124,
                "threw org.bitreduce.CollectiveTimeoutException: rank 2 is late",
                false);
        assertEnding(
                new FileNotFoundException("part 5"),
                End.EXCEPTION,
                74,
                "threw java.io.FileNotFoundException: part 5",
                false);
        assertEnding(
                new IllegalStateException("epoch 3", new MismatchException("counts differ")),
                End.EXCEPTION,
                65,
                "threw java.lang.IllegalStateException: epoch 3",
                false);
        assertFalse(Ending.of(new LaunchException(1, null)).reason().isEmpty());
        assertTrue(Ending.RETURNED.isToldByTheLauncher());
    }

    @Test
    void theCallOfTheUsersProgramIsNamed() {
        MismatchException failure = new MismatchException("counts differ");
        failure.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("org.bitreduce.Communicator", "allReduce", "Communicator.java", 7),
            new StackTraceElement("my.Solver", "step", "Solver.java", 42),
            new StackTraceElement("my.Solver", "main", "Solver.java", 8)
        });
        assertEquals(
                "counts differ (at my.Solver.step(Solver.java:42))",
                Ending.of(failure).reason());
    }
}
