// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class FusionCommandTest {

    private static FusionCommand command(String... words) {
        FusionCommand command = new FusionCommand();
        new CommandLine(command).parseArgs(words);
        return command;
    }

    /** The whole way, in a JVM of its own, results verified. */
    @Test
    void measuresAndVerifies() {
        assertEquals(
                0,
                command(
                                "--via=local:threads",
                                "--np=3",
                                "--tensors=40",
                                "--packets=4K,8K",
                                "--iterations=3",
                                "--jvm=-XX:TieredStopAtLevel=1",
                                "--jvm=-XX:+UseSerialGC")
                        .call());
    }

    @ParameterizedTest
    @CsvSource({
        "--bits=1,'--bits must be 2 to 16, or 32 for plain floats: bits=1'",
        "--tensors=0,--tensors must be 1 to 1000000: tensors=0",
        "--size=6,--size must be a multiple of 4",
        "--packets=32,--packets must be 64 to 1073741824: packets=32",
        "--np=65,--np must be from 1 to 64: np=65",
        "--iterations=0,--iterations must be 1 to 100000: iterations=0"
    })
    void wrongValuesAreNamed(String word, String message) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> command(word).call());
        assertTrue(e.getMessage().contains(message), e::getMessage);
    }

    @Test
    void plansReachTheRanks() {
        FusionPlan plan = new FusionPlan(7, 64, List.of(2, 32), List.of(64L, 1L << 20), 5);
        String[] words = plan.toArguments();
        assertEquals(plan, FusionPlan.parse(words));
    }
}
