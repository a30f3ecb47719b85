// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A machine has one set of hosts at a time, so classes that make some take turns, whatever JVM they run in. */
public final class HostsTurn implements BeforeAllCallback, AfterAllCallback {

    private static final Duration LONGEST_TURN = Duration.ofMinutes(4);

    private FileChannel turn;

    /** Found by JUnit. */
    public HostsTurn() {}

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "bitreduce-hosts-tests.lock");
        turn = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long deadline = System.nanoTime() + LONGEST_TURN.toNanos();
        while (turn.tryLock() == null) {
            if (System.nanoTime() > deadline) {
                turn.close();
                throw new IOException("another JVM has had its turn at hosts for %s: %s".formatted(LONGEST_TURN, file));
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        turn.close();
    }
}
