// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.launch.rank.End;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {

    private JobState state;

    @BeforeEach
    void threeRanksUp() {
        state = new JobState(3);
        for (int rank = 0; rank < 3; rank++) {
            assertTrue(state.connected(rank, 100 + rank, Host.NAME));
        }
    }

    private Failure cause() {
        return state.rootCause().orElseThrow();
    }

    @Test
    void isDoneWhenAllMainsReturned() {
        for (int rank = 0; rank < 3; rank++) {
            assertFalse(state.allDone());
            state.done(rank, End.RETURNED, 0, "");
            state.disconnected(rank);
            state.processEnded(List.of(rank), 100 + rank, 0);
        }
        assertTrue(state.allDone());
        assertFalse(state.failed());
        assertEquals(
                List.of(
                        new RankInfo(0, 100, Host.NAME),
                        new RankInfo(1, 101, Host.NAME),
                        new RankInfo(2, 102, Host.NAME)),
                state.infos());
    }

    @Test
    void blamesTheKilledRankAndNotThoseThatNoticedFirst() {
        state.done(0, End.CONSEQUENCE, 71, "threw that rank 1 is gone");
        state.disconnected(1);
        state.processEnded(List.of(1), 101, 137);
        assertEquals(137, cause().code());
        assertTrue(
                cause().message().startsWith("rank 1 (pid 101) was killed by signal 9 (SIGKILL) after 0."),
                cause().message());
    }

    @Test
    void blamesAnExceptionBeforeItsConsequences() {
        state.done(0, End.CONSEQUENCE, 71, "threw that rank 2 is gone");
        state.done(2, End.EXCEPTION, 65, "threw a mismatch");
        assertEquals(65, cause().code());
        assertEquals("rank 2 (pid 102) threw a mismatch", cause().text());
    }

    @Test
    void blamesTheFirstOfTwoEqualFailures() {
        state.done(2, End.EXIT, 4, "called System.exit(4)");
        state.done(1, End.EXIT, 5, "called System.exit(5)");
        assertEquals(4, cause().code());
    }

    @Test
    void blamesTheRankThatCalledExitForTheEndOfASharedJvm() {
        state = new JobState(2);
        state.connected(0, 7, Host.NAME);
        state.connected(1, 7, Host.NAME);
        state.done(1, End.EXIT, 3, "called System.exit(3)");
        state.disconnected(0);
        state.disconnected(1);
        state.processEnded(List.of(0, 1), -1, 3);
        assertEquals(3, cause().code());
        assertEquals("rank 1 (pid 7) called System.exit(3)", cause().text());
    }

    @Test
    void takesAnEndWithCode0BeforeMainReturnedForAFailure() {
        state.disconnected(1);
        state.processEnded(List.of(1), 101, 0);
        assertTrue(state.failed());
        assertEquals(ExitCode.RANK_FAILED, cause().code());
        assertEquals("rank 1 (pid 101) exited with code 0 before its main had returned", cause().text());
    }

    @Test
    void countsABadExitStatusAfterMainReturned() {
        state.done(1, End.RETURNED, 0, "");
        state.processEnded(List.of(1), 101, 134);
        assertTrue(state.failed());
        assertEquals(134, cause().code());
    }

    @Test
    void namesRanksThatNeverCameUp() {
        state = new JobState(2);
        state.connected(0, 7, Host.NAME);
        assertEquals(List.of(1), state.absent());
        state.processEnded(List.of(1), 8, 1);
        assertEquals("rank 1 (pid 8) did not come up: its JVM exited with code 1", cause().text());
        assertEquals(1, cause().code());
    }

    @Test
    void namesAllRanksThatFailAlikeAndTheirHostsOnce() {
        state = new JobState(4);
        for (int rank = 0; rank < 4; rank++) {
            state.connected(rank, 100 + rank, rank < 2 ? Host.NAME : "faraway");
        }
        state.done(3, End.FAILURE, 74, "rank 3 of 4 has no secret");
        assertTrue(
                cause().message()
                        .matches(
                                "rank 3 \\(pid 103, host faraway\\) failed after 0\\.\\d s, and the job was stopped: rank 3 of 4 has no secret"),
                cause().message());
        state.done(1, End.FAILURE, 74, "rank 1 of 4 has no secret");
        state.done(2, End.FAILURE, 65, "rank 2 of 4 has no secret");
        assertEquals("ranks 1, 3 (hosts " + Host.NAME + ", faraway) failed", cause().text());
        state.done(0, End.FAILURE, 74, "another reason");
        assertEquals("ranks 1, 3 (hosts " + Host.NAME + ", faraway) failed", cause().text());
        assertEquals(74, cause().code());
    }

    @Test
    void lookForNoRankWhereTheJobAsAWholeCannotGoOn() {
        state.done(2, End.CONSEQUENCE, 71, "threw that rank 0 is gone");
        state.done(0, End.REFUSAL, 69, "there is no data on host x");
        assertEquals("there is no data on host x", cause().message());
        assertEquals(69, cause().code());
    }

    @Test
    void refusesASecondRankOfTheSameNumber() {
        assertFalse(state.connected(1, 999, "elsewhere"));
        assertEquals(101, state.infos().get(1).pid());
    }

    private void stop(int rank) {
        state.done(rank, End.EXIT, ExitCode.RESUME_LATER, "called System.exit(75)");
        state.disconnected(rank);
        state.processEnded(List.of(rank), 100 + rank, ExitCode.RESUME_LATER);
    }

    @Test
    void mayBeResumedWhenEveryRankEndedWellOrStopped() {
        assertFalse(state.resumable());
        stop(0);
        assertFalse(state.resumable());
        assertTrue(state.stopping());
        state.done(1, End.RETURNED, 0, "");
        stop(2);
        assertTrue(state.resumable());
        assertEquals(75, cause().code());
        assertEquals("rank 0 (pid 100) called System.exit(75)", cause().text());
    }

    @Test
    void mayBeResumedWhenHaltedWithThatCode() {
        for (int rank = 0; rank < 3; rank++) {
            state.disconnected(rank);
            state.processEnded(List.of(rank), 100 + rank, ExitCode.RESUME_LATER);
        }
        assertTrue(state.resumable());
        assertEquals(75, cause().code());
    }

    @Test
    void mayNotBeResumedWhenARankWasKilled() {
        stop(0);
        stop(1);
        state.disconnected(2);
        state.processEnded(List.of(2), 102, 137);
        assertFalse(state.resumable());
        assertFalse(state.stopping());
        assertEquals(137, cause().code());
    }

    @ParameterizedTest
    @EnumSource(names = {"EXCEPTION", "FAILURE", "REFUSAL"})
    void mayNotBeResumedWhenARankThrewEvenIfLater(End how) {
        stop(0);
        state.done(1, End.CONSEQUENCE, 71, "threw that rank 0 is gone");
        state.done(2, how, 65, "threw a mismatch");
        assertFalse(state.resumable());
        assertEquals(65, cause().code());
    }

    /** As by a hook of the program's. */
    @ParameterizedTest
    @EnumSource(names = {"EXCEPTION", "CONSEQUENCE", "FAILURE", "REFUSAL"})
    void mayNotBeResumedWhenAProcessWhoseMainThrewEndsAsIfStopped(End how) {
        stop(0);
        stop(1);
        state.done(2, how, 65, "threw a mismatch");
        state.disconnected(2);
        state.processEnded(List.of(2), 102, ExitCode.RESUME_LATER);
        assertFalse(state.resumable());
        assertFalse(state.stopping());
        assertEquals(List.of(2), state.disorderly());
        assertEquals(65, cause().code());
        assertTrue(cause().message().contains("threw a mismatch"), cause().message());
    }

    /** By a hook, too. */
    @ParameterizedTest
    @EnumSource(names = {"EXIT", "RETURNED"})
    void mayBeResumedWhenAProcessEndsSoAfterItsMain(End how) {
        stop(0);
        stop(1);
        state.done(2, how, how == End.EXIT ? 4 : 0, "called System.exit(4)");
        state.disconnected(2);
        state.processEnded(List.of(2), 102, ExitCode.RESUME_LATER);
        assertTrue(state.resumable());
        assertEquals(75, cause().code());
    }

    @Test
    void mayNotBeResumedWhenNobodyAskedForIt() {
        for (int rank = 0; rank < 3; rank++) {
            state.done(rank, End.RETURNED, 0, "");
        }
        assertFalse(state.resumable());
        assertEquals(List.of(), state.disorderly());
    }
}
