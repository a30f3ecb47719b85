// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Iterator;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.text.Names;
import picocli.CommandLine.Option;

/** How vectors are rounded: the options that say so. To be mixed in. */
public final class CodecOptions {

    /** Largest bucket; the oracle holds one of each rank in memory. */
    static final int MAX_BUCKET = 1 << 16;

    @Option(
            names = "--bits",
            paramLabel = "B",
            split = ",",
            description =
                    "Bits per element: 1 (signs; not in simulate), 2 to 16, and 32 for plain floats; default 2,4,8,32, of tune 4,32,"
                            + " of simulate 4.")
    private List<Integer> bits;

    @Option(
            names = "--mode",
            description = "Arithmetic of quantized all-reduces and reduces: ${COMPLETION-CANDIDATES}; default twoshot.",
            completionCandidates = ModeNames.class)
    private String mode;

    @Option(
            names = "--bucket",
            paramLabel = "N",
            defaultValue = "512",
            description = "Elements that share a scale, a power of two from 16 to 65536; default ${DEFAULT-VALUE}.")
    private int bucket;

    /** Nothing is given yet. */
    public CodecOptions() {}

    /** For the help text. */
    static final class ModeNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Names.of(Mode.class).iterator();
        }
    }

    /** {@return whether widths are given} */
    public boolean hasBits() {
        return bits != null;
    }

    /**
     * {@return the widths}
     *
     * @param usual what they are if none are given
     * @throws IllegalArgumentException if one is out of range
     */
    public List<Integer> bits(Integer... usual) {
        List<Integer> widths = bits == null ? List.of(usual) : bits;
        widths.forEach(CodecOptions::requireWidth);
        return widths;
    }

    /**
     * {@return the arithmetic, or null if none is given}
     *
     * @throws IllegalArgumentException if there is no such mode
     */
    public Mode mode() {
        return mode == null ? null : Names.parse(Mode.class, "mode", mode);
    }

    /**
     * {@return elements that share a scale}
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public int bucket() {
        requireBucket(bucket);
        return bucket;
    }

    static void requireWidth(int width) {
        if (width != Codec.PLAIN_BITS && (width < 1 || width > 16)) {
            throw new IllegalArgumentException("bits must be 1 to 16, or 32 for plain floats: bits=" + width);
        }
    }

    static void requireBucket(int bucket) {
        if (Integer.bitCount(bucket) != 1 || bucket < 16 || bucket > MAX_BUCKET) {
            throw new IllegalArgumentException(
                    "the bucket must be a power of two from 16 to %d: bucket=%d".formatted(MAX_BUCKET, bucket));
        }
    }
}
