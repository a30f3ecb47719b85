// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.function.IntConsumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Learns of {@code System.exit} and its code before the JVM goes down: the JDK logs each such call, in the calling
 * thread, to the logger {@code java.lang.Runtime}. Under mpjrun the exit code itself is lost.
 */
final class ExitWatch extends Handler {

    private final RankThreads threads;
    private final IntConsumer onExit;
    private final Logger logger; // loggers are held weakly by the JDK

    private ExitWatch(RankThreads threads, IntConsumer onExit, Logger logger) {
        this.threads = threads;
        this.onExit = onExit;
        this.logger = logger;
    }

    /**
     * Watches from now on.
     *
     * @param threads whose calls count
     * @param onExit gets the code, in the thread that calls exit
     * @return to be kept as long as the rank lives
     */
    static ExitWatch install(RankThreads threads, IntConsumer onExit) {
        Logger logger = Logger.getLogger("java.lang.Runtime");
        ExitWatch watch = new ExitWatch(threads, onExit, logger);
        logger.setLevel(Level.FINE);
        logger.setUseParentHandlers(false);
        logger.addHandler(watch);
        return watch;
    }

    /** Stops watching. */
    void remove() {
        logger.removeHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        String message = record.getMessage();
        if (!threads.containCaller() || message == null || !message.startsWith("Runtime.exit")) {
            return;
        }
        String digits = message.replaceAll(".*[^0-9-]", "");
        if (!digits.isEmpty()) {
            onExit.accept(Integer.parseInt(digits) & 0xff); // what a parent process would see
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
