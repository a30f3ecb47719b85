// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The options that were given, as words of a command line. Confined to one thread. */
final class OptionWords {

    private final List<String> words = new ArrayList<>();

    /**
     * Adds an option.
     *
     * @param option its name
     * @param value null if it was not given
     * @return this
     */
    OptionWords add(String option, Object value) {
        if (value != null) {
            words.add(option + "=" + value);
        }
        return this;
    }

    /** {@return all of them so far} */
    List<String> words() {
        return List.copyOf(words);
    }

    /**
     * Reads options back from words; of one that stands twice the last one counts.
     *
     * @param options an object with picocli's annotations
     * @param words as written
     * @return the same object
     */
    static <T> T read(T options, List<String> words) {
        new CommandLine(options).setOverwrittenOptionsAllowed(true).parseArgs(words.toArray(String[]::new));
        return options;
    }
}
