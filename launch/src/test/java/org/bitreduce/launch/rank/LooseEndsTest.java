// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class LooseEndsTest {

    /** Of two ranks: what mpirun returns, what the ranks say, and what the job's code is. */
    @ParameterizedTest
    @CsvSource({
        "0, '', 0",
        "9, '', 9",
        "75, '', 75",
        "0, 75 75, 75", // MPICH's mpiexec that was signalled
        "1, 75 75, 75", // Open MPI's
        "143, 75 75, 75",
        "0, 75, 71",
        "137, 75, 137",
        "75, 75, 75", // the other one was ended before it could say so
        "0, 75 65, 65",
        "71, 75 65, 71",
        "65, 65 65, 65"
    })
    void theJobsCodeIsFound(int launcher, String said, int expected) {
        LooseEnds ends = new LooseEnds();
        int rank = 0;
        for (String code : said.isEmpty() ? new String[0] : said.split(" ")) {
            assertTrue(ends.read("[1," + rank + "]<stderr>:bitreduce: rank " + rank + " ends with code " + code));
            rank++;
        }
        assertEquals(expected, ends.jobCode(launcher, 2));
    }

    @ParameterizedTest
    @CsvSource({"bitreduce: rank 1 ends with code 75 or so", "rank 1 ends with code 75", "''"})
    void otherLinesAreForPeople(String line) {
        LooseEnds ends = new LooseEnds();
        assertFalse(ends.read(line));
        assertEquals(ExitCode.OK, ends.jobCode(0, 1));
    }
}
