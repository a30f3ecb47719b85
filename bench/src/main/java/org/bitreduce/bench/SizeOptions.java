// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.List;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** Sizes of vectors: the options that say so. To be mixed in. */
public final class SizeOptions {

    @Option(
            names = {"-b", "--min-bytes"},
            paramLabel = "SIZE",
            description = "First size of the vector as floats, such as 512, 4K, 16M; default 1K, of tune 256.")
    private String minBytes;

    @Option(
            names = {"-e", "--max-bytes"},
            paramLabel = "SIZE",
            description = "Last size; default 16M, beside other libraries 64M, of tune 1M.")
    private String maxBytes;

    @Option(
            names = {"-f", "--step-factor"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Factor from one size to the next; default ${DEFAULT-VALUE}.")
    private int factor;

    /** Nothing is given yet. */
    public SizeOptions() {}

    /**
     * {@return the sizes in bytes, ascending}
     *
     * @param usualFirst the first one if none is given
     * @param usualLast the last one if none is given
     * @throws IllegalArgumentException names the first wrong value
     */
    public List<Long> sizes(String usualFirst, String usualLast) {
        long first = Sizes.parse(minBytes == null ? usualFirst : minBytes);
        long last = Sizes.parse(maxBytes == null ? usualLast : maxBytes);
        return LongStream.of(Sizes.range(first, last, factor)).boxed().toList();
    }
}
