// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import org.bitreduce.algorithm.Operation;
import org.bitreduce.text.Names;

/**
 * A block of calls that a rank is asked to make: one line on its connection, the same for all libraries.
 *
 * @param operation what to call
 * @param bytes size of the whole vector as floats
 * @param warmup calls before those that are timed
 * @param iterations timed calls
 * @param inPlace whether the result goes over the input
 * @param verify whether the last result is compared with the exact one
 * @param variant what a library with several ways to do it needs to know, one word; {@code -} for nothing
 */
public record Task(
        Operation operation, long bytes, int warmup, int iterations, boolean inPlace, boolean verify, String variant) {

    /** Says that a library has one way only. */
    public static final String NO_VARIANT = "-";

    /** {@return the command, without a line end} */
    String line() {
        return "run %s %d %d %d %s %d %s"
                .formatted(
                        operation.toString(),
                        bytes,
                        warmup,
                        iterations,
                        inPlace ? "in" : "out",
                        verify ? 1 : 0,
                        variant);
    }

    /**
     * {@return the task that a command describes}
     *
     * @param line see {@link #line}
     * @throws IllegalArgumentException if it is no command
     */
    public static Task parse(String line) {
        String[] words = line.split(" ");
        if (words.length != 8 || !words[0].equals("run")) {
            throw new IllegalArgumentException(
                    "a command is: run OPERATION BYTES WARMUP ITERATIONS PLACE VERIFY VARIANT; line=" + line);
        }
        return new Task(
                Names.parse(Operation.class, "operation", words[1]),
                Long.parseLong(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]),
                words[5].equals("in"),
                words[6].equals("1"),
                words[7]);
    }
}
