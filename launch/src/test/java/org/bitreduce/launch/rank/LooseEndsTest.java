// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Optional;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
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
        "71, 75 65, 65",
        "71, 71 65, 65", // whoever complains of another is not the cause
        "143, 71 1, 1", // srun's greatest: that of a rank that it has ended
        "143, 71 71, 143",
        "0, 71 75, 71",
        "65, 65 65, 65"
    })
    void theJobsCodeIsFound(int launcher, String said, int expected) {
        LooseEnds ends = new LooseEnds();
        int rank = 0;
        for (String code : said.isEmpty() ? new String[0] : said.split(" ")) {
            assertNull(ends.read("[1," + rank + "]<stderr>:bitreduce: rank " + rank + " ends with code " + code));
            rank++;
        }
        assertEquals(expected, ends.jobCode(launcher, 2));
    }

    /** What srun of Slurm 22.05 prints when tasks are killed, or exit without a word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "srun: error: n1: task 1: Killed | 137 | rank 1 was killed by signal 9 (SIGKILL); the job was stopped",
                "srun: error: n1: tasks 1-3,7: Out Of Memory | 137 | rank 1 was killed by signal 9 (SIGKILL); the job was stopped",
                "srun: error: n1: task 12: Segmentation fault (core dumped) | 139 | rank 12 was killed by signal 11 (SIGSEGV); the job was stopped",
                "srun: error: n1: task 1: Exited with exit code 3 | 3 | rank 1 exited with code 3; the job was stopped",
                "srun: error: n1: task 1: Exited with exit code 143 | 143 | ",
                "srun: error: n1: task 1: Exited with exit code 75 | 143 | ",
                "srun: error: n1: task 1: Terminated | 143 | ",
                "srun: error: n1: task 1: Lost in space | 143 | ",
                "srun: error: Unable to create step for job 7: Killed | 143 | ",
            })
    void srunTellsOfTasksThatCannot(String line, int expected, String message) {
        LooseEnds ends = new LooseEnds();
        assertNull(ends.read("bitreduce: rank 0 ends with code 71"));
        assertEquals(line, ends.read(line), "people want to see it");
        String because = "srun: error: n2: task 20: Killed because of that";
        assertEquals(because, ends.read(because));
        assertEquals(expected, ends.jobCode(143, 4));
        assertEquals(Optional.ofNullable(message), ends.cause().map(LooseEnds.Cause::toString));
    }

    /** What a rank says of itself is worth more than its code, and comes once. */
    @Test
    void theWordsOfTheRankThatFailedAreTheJobs() {
        LooseEnds ends = new LooseEnds();
        assertNull(ends.read("0: bitreduce: rank 0 ends with code 71"));
        assertNull(ends.read("2: bitreduce: rank 2 ends with code 74: rank 2 (host n2) failed: no such file: /x"));
        assertNull(ends.read("1: bitreduce: rank 1 ends with code 74: rank 1 (host n1) failed: no such file: /x"));
        assertEquals(74, ends.jobCode(143, 3));
        assertEquals(
                Optional.of("rank 2 (host n2) failed: no such file: /x"),
                ends.cause().map(LooseEnds.Cause::toString));
    }

    @ParameterizedTest
    @CsvSource({"bitreduce: rank 1 ends with code 75 or so", "rank 1 ends with code 75", "''"})
    void otherLinesAreForPeople(String line) {
        LooseEnds ends = new LooseEnds();
        assertEquals(line, ends.read(line));
        assertEquals(ExitCode.OK, ends.jobCode(0, 1));
    }

    /** A rank that had begun a line says its end behind it: the beginning stays. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "saving...|saving...",
                "[1,0]<stderr>:|",
                "[1,0]<stderr>: epoch 3|[1,0]<stderr>: epoch 3",
                "0: |",
                "[0] |",
                "0: 7 of 9 |0: 7 of 9 "
            })
    void whatARankHadBegunToSayIsKept(String before, String kept) {
        LooseEnds ends = new LooseEnds();
        assertEquals(kept, ends.read(before + "bitreduce: rank 0 ends with code 75"));
        assertEquals(ExitCode.RESUME_LATER, ends.jobCode(0, 1));
    }
}
