// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.List;
import java.util.Locale;

/**
 * How a rank failed.
 *
 * @param priority the smaller the likelier the cause of all: 0 it died, 1 it gave up, 2 it complains of another rank, 3
 *     it stopped to be resumed, 4 it went down with its JVM
 * @param seconds when, since the job began
 * @param code exit code of the job if this is its cause
 * @param text who and how, for example {@code rank 2 (pid 4711) exited with code 3}; empty if the detail needs neither
 * @param detail what is wrong and what to do; empty if there is no more to say
 */
record Failure(int priority, double seconds, int code, String text, String detail) {

    static final int DIED = 0;
    static final int GAVE_UP = 1;
    static final int COMPLAINS = 2;
    static final int STOPPED = 3;
    static final int WENT_ALONG = 4;

    /**
     * {@return this failure, of a rank that stopped to be resumed, as that of a job that cannot be resumed}
     *
     * @param others the ranks that did not stop
     */
    Failure notResumable(List<Integer> others) {
        return new Failure(
                priority, seconds, ExitCode.RANK_FAILED, text + ", but ranks " + others + " did not stop", detail);
    }

    /** {@return the line that ends the job} */
    String message() {
        if (text.isEmpty()) {
            return detail;
        }
        return detail.isEmpty()
                ? String.format(Locale.ROOT, "%s after %.1f s; the job was stopped", text, seconds)
                : String.format(Locale.ROOT, "%s after %.1f s, and the job was stopped: %s", text, seconds, detail);
    }
}
