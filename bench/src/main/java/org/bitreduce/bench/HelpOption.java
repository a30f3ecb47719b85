// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import picocli.CommandLine.Option;

/** {@code --help} of commands below {@code bench}. To be mixed in; picocli acts on it. */
public final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli sets and reads it
    private boolean help;

    /** Nothing is given yet. */
    public HelpOption() {}
}
