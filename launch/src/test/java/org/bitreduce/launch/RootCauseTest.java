// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One rank of a group fails by an exception of its own while the others are in a collective with it. */
class RootCauseTest extends JobFixture {

    private static final long LIMIT_MILLIS = 20_000;

    @ParameterizedTest
    @EnumSource(
            value = Via.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MPIRUN", "SRUN"}) // which start launchers
    void theRankThatThrewIsNamedAndNotItsPeersThatNoticed(Via via) {
        JobResult result = run(job(via, 3, Reader.class));
        long end = System.currentTimeMillis();
        assertEquals(ExitCode.INPUT_OUTPUT, result.exitCode(), () -> result + all());
        assertTrue(
                result.message()
                        .matches("rank 1 \\(pid \\d+\\) threw java.io.FileNotFoundException: part 5"
                                + " after \\d+\\.\\d s; the job was stopped"),
                result.message());
        onlyTheRootCauseHasAStackTrace();
        long took = end - failedAt();
        assertTrue(took < LIMIT_MILLIS, () -> "the job ended so many ms after its rank: " + took + "\n" + all());
    }

    private long failedAt() {
        String label = "[1] " + Reader.MARK;
        String line =
                output().lines().filter(l -> l.startsWith(label)).findFirst().orElseThrow();
        return Long.parseLong(line.substring(label.length()));
    }

    /** Survivors may be ended before they have complained, but what they say is one line. */
    private void onlyTheRootCauseHasAStackTrace() {
        List<String> traces =
                errors().lines().filter(line -> line.contains("\tat ")).toList();
        assertFalse(traces.isEmpty(), this::all);
        assertTrue(traces.stream().allMatch(line -> line.startsWith("[1] ")), this::all);
        for (int rank : new int[] {0, 2}) {
            String start = "[" + rank + "] Exception in rank " + rank + ": ";
            List<String> lines =
                    errors().lines().filter(line -> line.startsWith(start)).toList();
            assertTrue(lines.size() <= 1, this::all);
            for (String line : lines) {
                assertTrue(line.startsWith(start + "org.bitreduce.RankFailedException: "), this::all);
            }
        }
    }
}
