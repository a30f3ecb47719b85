// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code of a rank that srun ends because another one has failed: srun returns the greatest. */
@Timeout(60)
class LooseRankTest {

    @ParameterizedTest
    @CsvSource({
        "CONSEQUENCE, 71, 1",
        "FAILURE, 65, 65", // all ranks find that calls differ, and the first to end has the others ended
        "REFUSAL, 69, 69",
        "EXCEPTION, 1, 1",
        "EXCEPTION, 75, 75",
        "RETURNED, 0, 143" // but threads of its own went on
    })
    void isItsOwnOnceItsMainIsOver(End end, int code, int expected) {
        var over = CompletableFuture.completedFuture(new Ending(end, code, "as it is"));
        assertEquals(expected, LooseRank.codeWhenTerminated(over));
    }

    @Test
    void isWaitedForWhileItFindsOut() {
        var over = new CompletableFuture<Ending>();
        var ending = new Ending(End.CONSEQUENCE, 71, "threw that rank 0 is gone");
        over.completeAsync(() -> ending, CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS));
        assertEquals(1, LooseRank.codeWhenTerminated(over));
    }

    @Test
    void isThatOfTheSignalWhileItComputes() {
        assertEquals(143, LooseRank.codeWhenTerminated(new CompletableFuture<>()));
    }
}
