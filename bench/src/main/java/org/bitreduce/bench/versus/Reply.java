// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one rank answers to a {@link Task}.
 *
 * @param nanos time of each call on this rank
 * @param wrong elements of this rank's last result that differ from the exact one by more than they may
 * @param sentBytes bytes that the rank sent during the timed calls, 0 if the library does not tell
 * @param checksum of a result that must be equal on all ranks, 0 where it need not be
 */
public record Reply(List<Long> nanos, long wrong, long sentBytes, long checksum) {

    /** {@return the line that says so, without a line end} */
    public String line() {
        return nanos.stream().map(Object::toString).collect(Collectors.joining(" ", "times ", ""))
                + " wrong %d sent %d checksum %d".formatted(wrong, sentBytes, checksum);
    }

    /**
     * {@return the answer that a line holds}
     *
     * @param line {@code times NANOSECONDS... wrong ELEMENTS sent BYTES}, and {@code checksum NUMBER} if there is one
     * @throws IllegalArgumentException if it holds none; a rank's own {@code error TEXT} is in the message
     */
    static Reply parse(String line) {
        int wrong = line.indexOf(" wrong ");
        if (!line.startsWith("times ") || wrong < 0) {
            String text = line.startsWith("error ") ? line.substring("error ".length()) : "unexpected answer: " + line;
            throw new IllegalArgumentException(text);
        }
        String[] words = line.substring(wrong + 1).split(" ");
        if (words.length < 4 || !words[2].equals("sent") || (words.length != 4 && words.length != 6)) {
            throw new IllegalArgumentException("unexpected answer: " + line);
        }
        List<Long> nanos = Arrays.stream(
                        line.substring("times ".length(), wrong).split(" "))
                .map(Long::valueOf)
                .toList();
        return new Reply(
                nanos,
                Long.parseLong(words[1]),
                Long.parseLong(words[3]),
                words.length == 6 ? Long.parseLong(words[5]) : 0);
    }
}
