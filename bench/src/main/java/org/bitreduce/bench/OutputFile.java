// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of results. A {@link PrintStream} keeps quiet about a full disk; the streams from here throw, and name the file.
 */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Creates a file, and the folders above it.
     *
     * @param file overwritten
     * @return UTF-8, not flushed by itself; its methods, {@code close} too, throw {@link UncheckedIOException} where
     *     writing fails
     * @throws IOException if it cannot be created; the message names it
     */
    public static PrintStream open(Path file) throws IOException {
        try {
            makeFolder(file);
            return new PrintStream(new Loud(Files.newOutputStream(file), file), false, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("cannot write %s: %s".formatted(file, reason(e)), e);
        }
    }

    /**
     * Makes the folders above a file.
     *
     * @param file to be written
     * @throws IOException if one of them is something else
     */
    public static void makeFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
    }

    /**
     * {@return what kept a file from being read or written, for a message}
     *
     * @param e what was thrown
     */
    public static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /** Turns what a print stream would swallow into what it passes on. */
    private static final class Loud extends FilterOutputStream {

        private final Path file;

        Loud(OutputStream out, Path file) {
            super(out);
            this.file = file;
        }

        @Override
        public void write(int b) {
            loudly(() -> out.write(b));
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            loudly(() -> out.write(bytes, from, length));
        }

        @Override
        public void flush() {
            loudly(out::flush);
        }

        @Override
        public void close() {
            loudly(out::close);
        }

        private void loudly(Action action) {
            try {
                action.run();
            } catch (IOException e) {
                throw new UncheckedIOException(new IOException("cannot write %s: %s".formatted(file, reason(e)), e));
            }
        }

        private interface Action {
            void run() throws IOException;
        }
    }
}
