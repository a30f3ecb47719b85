// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Puts a rank's own output in the place of the JVM's. Several ranks of one JVM, each perhaps with a class loader of its
 * own, do so one after the other: each keeps what its own threads print and hands the rest on to what was there before.
 */
final class RankStreams {

    private final RankOutput out;
    private final RankOutput err;

    private final PrintStream outBefore;
    private final PrintStream errBefore;

    private RankStreams(RankOutput out, RankOutput err) {
        this.out = out;
        this.err = err;
        outBefore = System.out;
        errBefore = System.err;
    }

    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // the one lock that ranks with different class loaders share
    static RankStreams install(SupervisorLink link, RankThreads threads) {
        synchronized (Runtime.class) {
            RankStreams streams = new RankStreams(new RankOutput(link, Wire.OUT), new RankOutput(link, Wire.ERR));
            System.setOut(streams.dispatch(threads, streams.out, streams.outBefore));
            System.setErr(streams.dispatch(threads, streams.err, streams.errBefore));
            return streams;
        }
    }

    private PrintStream dispatch(RankThreads threads, RankOutput mine, PrintStream before) {
        return new PrintStream(new Dispatch(threads, mine, before), true, before.charset());
    }

    /** Puts the JVM's own streams back, where no other rank has put its own on top. */
    void uninstall() {
        System.setOut(outBefore);
        System.setErr(errBefore);
    }

    void flush() {
        out.flush();
        err.flush();
    }

    private static final class Dispatch extends OutputStream {

        private final RankThreads threads;
        private final OutputStream mine;
        private final OutputStream others;

        Dispatch(RankThreads threads, OutputStream mine, OutputStream others) {
            this.threads = threads;
            this.mine = mine;
            this.others = others;
        }

        private OutputStream target() {
            return threads.containCaller() ? mine : others;
        }

        @Override
        public void write(int b) throws IOException {
            target().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target().write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            target().flush();
        }
    }
}
