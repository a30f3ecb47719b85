// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exit codes are those of docs/running.md. */
class EndTest {

    static Stream<Arguments> exceptions() {
        return Stream.of(
                arguments(new MismatchException("count differs"), 65),
                arguments(new NonFiniteException("NaN at 3"), 65),
                arguments(new CorruptFrameException("checksum"), 65),
                arguments(new IllegalStateException("epoch 3", new MismatchException("count differs")), 65),
                arguments(new CollectiveTimeoutException("waiting for rank 1"), 124),
                arguments(new TransportException("no memory"), 74),
                arguments(new TransportException("no file", new IOException("disk full")), 74),
                arguments(new FileNotFoundException("data.csv"), 74),
                arguments(new UncheckedIOException(new IOException("disk full")), 74),
                arguments(new IllegalArgumentException("rate=-1"), 1),
                arguments(new OutOfMemoryError("heap"), 1));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void exceptionsHaveExitCodes(Throwable failure, int code) {
        assertEquals(code, End.exitCode(failure));
        assertEquals(End.EXCEPTION, End.of(failure));
    }

    @ParameterizedTest
    @MethodSource("complaints")
    void complaintsOfOtherRanksAreConsequences(Throwable failure) {
        assertEquals(71, End.exitCode(failure));
        assertEquals(End.CONSEQUENCE, End.of(failure));
    }

    static Stream<Throwable> complaints() {
        RankFailedException complaint = new RankFailedException("rank 1 has left");
        return Stream.of(complaint, new IllegalStateException("epoch 3", complaint));
    }
}
