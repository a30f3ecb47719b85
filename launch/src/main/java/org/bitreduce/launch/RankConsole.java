// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prints what ranks print, line by line, each with its rank in front: {@code [2] text}. On a terminal, rank 0 may draw a
 * progress line by carriage returns; elsewhere only the last state of such a line is printed. Thread-safe.
 */
final class RankConsole {

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final Map<String, ByteArrayOutputStream> partial = new ConcurrentHashMap<>();
    private boolean progressShown;

    RankConsole(OutputStream out, OutputStream err, boolean terminal) {
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, false, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    /** {@return a console on the standard streams; whether they are a terminal is told by the script that starts us} */
    static RankConsole standard() {
        return new RankConsole(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Boolean.getBoolean("bitreduce.terminal"));
    }

    /**
     * Prints the whole lines of what was written so far, and keeps the rest.
     *
     * @param rank that printed it
     * @param error whether to standard error
     * @param bytes any part of its output
     */
    synchronized void bytes(int rank, boolean error, byte[] bytes) {
        ByteArrayOutputStream line =
                partial.computeIfAbsent(rank + (error ? "e" : "o"), key -> new ByteArrayOutputStream());
        for (byte b : bytes) {
            if (b == '\n') {
                print(Integer.toString(rank), error, line);
            } else {
                line.write(b);
            }
        }
        if (terminal && rank == 0 && contains(line, (byte) '\r')) {
            showProgress(line);
        }
    }

    /**
     * Prints a line that no rank sent itself.
     *
     * @param label a rank, or {@code ?}
     * @param error whether to standard error
     * @param text without the line's end
     */
    synchronized void line(String label, boolean error, String text) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        print(label, error, line);
    }

    /**
     * Prints a message of the launcher to standard error.
     *
     * @param text one line
     */
    synchronized void message(String text) {
        clearProgress();
        err.println("bitreduce: " + text);
        err.flush();
    }

    /** Prints what is left of lines that were never ended. */
    synchronized void finish() {
        partial.forEach((key, line) -> {
            if (line.size() > 0) {
                print(key.substring(0, key.length() - 1), key.endsWith("e"), line);
            }
        });
        clearProgress();
    }

    private void print(String label, boolean error, ByteArrayOutputStream line) {
        clearProgress();
        byte[] bytes = line.toByteArray();
        line.reset();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        int start = end;
        while (start > 0 && bytes[start - 1] != '\r') {
            start--;
        }
        PrintStream stream = error ? err : out;
        stream.print("[" + label + "] ");
        stream.write(bytes, start, end - start);
        stream.print('\n');
        stream.flush();
    }

    private void showProgress(ByteArrayOutputStream line) {
        String[] states = line.toString(StandardCharsets.UTF_8).split("\r");
        if (states.length > 0) {
            err.print("\r\033[K[0] " + states[states.length - 1]);
            err.flush();
            progressShown = true;
            line.reset();
            line.writeBytes(("\r" + states[states.length - 1]).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void clearProgress() {
        if (progressShown) {
            err.print("\r\033[K");
            err.flush();
            progressShown = false;
        }
    }

    private static boolean contains(ByteArrayOutputStream line, byte wanted) {
        for (byte b : line.toByteArray()) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }
}
