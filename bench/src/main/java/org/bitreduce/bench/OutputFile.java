// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

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

    /** What a file is to hold. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes it.
         *
         * @param out buffered, closed by the caller
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file of results as a whole: beside its place, then renamed. Where that fails, what was there before stays.
     * Only a file in a folder where no other can be made is written in its place.
     *
     * @param file replaced if it is there, its mode kept; a pipe or a device is written to
     * @param content to be written
     * @throws IOException if it cannot be written; the message names it and says why
     */
    public static void replace(Path file, Content content) throws IOException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                write(file, content); // the real path of an open pipe is none that can be opened
                return;
            }
            Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(place) && !Files.isWritable(place.getParent())) {
                write(place, content);
                return;
            }
            Path beside = place.resolveSibling("." + place.getFileName() + ".part");
            try {
                write(beside, content);
                if (Files.exists(place)) {
                    copyMode(place, beside);
                }
                Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside); // a full disk needs the room
            }
        } catch (IOException e) {
            throw new IOException("cannot write %s: %s".formatted(file, reason(e)), e);
        }
    }

    /**
     * Writes a text as a whole.
     *
     * @param file replaced if it is there
     * @param text written in UTF-8
     * @throws IOException if it cannot be written; the message names it and says why
     */
    public static void replace(Path file, String text) throws IOException {
        replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void copyMode(Path from, Path to) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(from);
        if (!mode.equals(Files.getPosixFilePermissions(to))) { // some file systems refuse to set any
            Files.setPosixFilePermissions(to, mode);
        }
    }

    private static void write(Path file, Content content) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            content.writeTo(out);
        }
    }

    /**
     * Finds out whether files can be written, before the work starts whose results they are to hold. Makes the folders
     * above them, changes no file that is there, and leaves none that was not.
     *
     * @param files to be written later; null where nobody asked for one
     * @throws IOException if one of them cannot be written; the message names it
     */
    public static void requireWritable(Path... files) throws IOException {
        for (Path file : files) {
            if (file != null) {
                try {
                    probe(file);
                } catch (IOException e) {
                    throw new IOException("cannot write %s: %s".formatted(file, reason(e)), e);
                }
            }
        }
    }

    private static void probe(Path file) throws IOException {
        makeFolder(file);
        if (Files.notExists(file)) { // or a link to what is not there yet
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            Files.delete(file.toRealPath());
        } else if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "it is a folder");
        } else if (Files.isRegularFile(file)) {
            Files.newOutputStream(file, StandardOpenOption.WRITE).close();
        } else if (!Files.isWritable(file)) { // a pipe's reader would take a file closed early for the end
            throw new AccessDeniedException(file.toString());
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
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
            case FileSystemException failure
            when failure.getReason() != null -> failure.getReason() + ": " + failure.getFile();
            case IOException plain
            when plain.getClass() == IOException.class && plain.getMessage() != null ->
                plain.getMessage(); // the class says nothing more
            case IOException other
            when other.getMessage() != null -> other.getClass().getSimpleName() + ": " + other.getMessage();
            default -> e.toString();
        };
    }

    /**
     * {@return what ends a job whose rank could not read or write}
     *
     * @param e names the file
     */
    public static LaunchException refusal(IOException e) {
        return new LaunchException(ExitCode.INPUT_OUTPUT, reason(e), e);
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
