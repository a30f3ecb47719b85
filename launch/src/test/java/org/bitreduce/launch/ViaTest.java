// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViaTest {

    @ParameterizedTest
    @CsvSource({
        "local,LOCAL_PROCESSES",
        "local:threads,LOCAL_THREADS",
        "LOCAL:Processes,LOCAL_PROCESSES",
        "mpjrun,MPJRUN_MULTICORE",
        "mpjrun:niodev,MPJRUN_NIODEV",
        "mpjrun:hybrid,MPJRUN_HYBRID"
    })
    void readsViaByItsNames(String text, Via via) {
        assertEquals(via, Via.parse(text));
    }

    @Test
    void namesTheNearestWayAndAllOthers() {
        String message = assertThrows(IllegalArgumentException.class, () -> Via.parse("local:thread"))
                .getMessage();
        assertTrue(message.contains("via=local:thread; did you mean local:threads? Valid are "), message);
        for (Via via : Via.values()) {
            assertTrue(message.contains(via.toString()), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3,exited with code 3",
        "137,was killed by signal 9 (SIGKILL)",
        "143,was killed by signal 15 (SIGTERM)",
        "200,exited with code 200"
    })
    void decodesSignals(int status, String text) {
        assertEquals(text, ExitCode.describe(status));
        assertEquals(text.contains("signal"), ExitCode.isSignal(status));
    }
}
