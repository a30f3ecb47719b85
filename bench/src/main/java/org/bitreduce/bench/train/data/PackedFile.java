// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files that may be packed by gzip. Stateless. */
final class PackedFile {

    /** What to do about a damaged file. */
    static final String CURE = "fetch the file again, and compare its checksum with the published one";

    private static final int CHUNK = 1 << 20;

    private PackedFile() {}

    /**
     * {@return the file of a name in a folder, or the one with .gz behind it}
     *
     * @throws NoSuchFileException if there is neither; says what the folder must hold
     */
    static Path find(Path folder, String name, String what) throws NoSuchFileException {
        for (Path file : new Path[] {folder.resolve(name), folder.resolve(name + ".gz")}) {
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new NoSuchFileException(
                "%s holds no %s (or %s.gz): --data must name %s".formatted(folder, name, name, what));
    }

    /**
     * {@return the content, unpacked}
     *
     * @param most bytes that it may have: a file that unpacks to more is refused before it fills the memory
     * @throws IOException if it is damaged; names the file and how far it could be read
     */
    static byte[] read(Path file, int most) throws IOException {
        byte[] content = new byte[Math.min(most, CHUNK)];
        int length = 0;
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
            while (true) {
                if (length == content.length) {
                    if (length == most) {
                        require(in.read() < 0, file, "has more than %d bytes".formatted(most));
                        return content;
                    }
                    content = Arrays.copyOf(content, (int) Math.min(most, 2L * length));
                }
                int read = in.read(content, length, content.length - length);
                if (read < 0) {
                    return Arrays.copyOf(content, length);
                }
                length += read;
            }
        } catch (EOFException | ZipException damaged) {
            throw new IOException(
                    "%s is cut off or damaged: it could be unpacked to offset %d (%s); %s"
                            .formatted(file, length, damaged.getMessage(), CURE),
                    damaged);
        }
    }

    /**
     * {@return a reader of a text, unpacked if its name ends in .gz} What is not UTF-8 becomes replacement characters, and
     * a byte order mark is dropped.
     *
     * @throws IOException if it cannot be read
     */
    static BufferedReader reader(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
            return new BufferedReader(new UnmarkedReader(new InputStreamReader(text, decoder)), 1 << 16);
        } catch (IOException broken) {
            in.close();
            throw new IOException("cannot read %s: is it a gzip file? %s".formatted(file, broken.getMessage()), broken);
        }
    }

    /** Refuses a file, saying what to do. */
    static void require(boolean condition, Path file, String problem) throws IOException {
        if (!condition) {
            throw new IOException("%s %s; %s".formatted(file, problem, CURE));
        }
    }
}
