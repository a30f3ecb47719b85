// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.bitreduce.transport.TransportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures whose message says all are told by the job's last line alone. */
@Timeout(60)
class FailureMessageTest extends JobFixture {

    private static final String TIME = " failed after \\d+\\.\\d s, and the job was stopped: ";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "LOCAL_THREADS ; job ; 74 ; rank 1 on host x cannot write a file",
                "MPJRUN_MULTICORE ; job ; 74 ; rank 1 on host x cannot write a file",
                "LOCAL_PROCESSES ; rank ; 74 ; rank 1 \\(pid \\d+\\)TIMEthe secret cannot be read: no such file",
                "LOCAL_PROCESSES ; all ; 65 ; (all 3 ranks|ranks [012], [012]|rank [012] \\(pid \\d+\\))TIMErank [012] of 3 has another count"
            })
    void oneLineSaysIt(Via via, String refusal, int code, String expected) {
        JobResult result = run(job(via, 3, Refuser.class).withJvmFlags("-Drefusal=" + refusal));
        assertEquals(code, result.exitCode(), () -> result + all());
        assertTrue(result.message().matches(expected.replace("TIME", TIME)), result::message);
        assertFalse(all().contains("\tat ") || all().contains("Exception"), this::all);
    }

    @Test
    void theTraceIsThereForWhoeverAsks() {
        Job job = job(Via.LOCAL_PROCESSES, 3, Refuser.class).withJvmFlags("-Drefusal=rank", "-Dbitreduce.trace=true");
        JobResult result = run(job);
        assertEquals(ExitCode.INPUT_OUTPUT, result.exitCode(), () -> result + all());
        assertTrue(
                errors().contains("[1] Exception in rank 1: org.bitreduce.TransportException: the secret"), this::all);
        assertTrue(errors().contains("[1] \tat org.bitreduce.launch.Refuser.main("), this::all);
    }

    /** Over both transports at once, because it takes as long as the deadline. */
    @Test
    void aFrozenRankIsNamedByTheOthersAndEnded() {
        Job frozen = job(Via.LOCAL_PROCESSES, 3, Refuser.class).withJvmFlags("-Drefusal=freeze");
        var words = new ByteArrayOutputStream();
        Job overTcp = frozen.withNetwork(new Network(TransportKind.TCP, "", "127.0.0.1"));
        CompletableFuture<JobResult> other =
                CompletableFuture.supplyAsync(() -> new JobRunner(overTcp, new RankConsole(words, words, false)).run());
        JobResult first;
        JobResult second;
        try {
            first = run(frozen);
        } finally {
            second = other.join(); // its ranks must not outlive the test
        }
        assertNamed(first, all());
        assertNamed(second, words.toString(StandardCharsets.UTF_8));
    }

    private static void assertNamed(JobResult result, String said) {
        assertEquals(ExitCode.TIME_OUT, result.exitCode(), () -> result + said);
        assertTrue(
                result.message()
                        .matches(
                                "rank [02] \\(pid \\d+\\) threw org.bitreduce.CollectiveTimeoutException: .*rank 1 \\(.*"),
                result::message);
        assertFalse(said.contains("\tat "), said);
    }
}
