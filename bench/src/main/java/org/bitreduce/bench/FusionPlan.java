// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What {@code bench fusion} measures. Equal on all ranks; passed to them as arguments.
 *
 * @param tensors per step
 * @param bytes of each, whole floats
 * @param bits widths, 2 to 16, or 32 for plain floats
 * @param packets sizes in bytes
 * @param iterations measured steps
 */
record FusionPlan(int tensors, long bytes, List<Integer> bits, List<Long> packets, int iterations) {

    /** Stands before a rank's own arguments: a launcher may put its own in front. */
    private static final String MARK = "--fusion";

    private static final long MOST_BYTES = 1L << 30;

    FusionPlan {
        requireRange("tensors", tensors, 1, 1_000_000);
        requireRange("iterations", iterations, 1, 100_000);
        if (bytes % Float.BYTES != 0 || tensors * bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "--size must be a multiple of 4, all tensors together at most %d bytes: size=%d, tensors=%d"
                            .formatted(MOST_BYTES, bytes, tensors));
        }
        for (int width : bits) {
            if (width != 32 && (width < 2 || width > 16)) {
                throw new IllegalArgumentException("--bits must be 2 to 16, or 32 for plain floats: bits=" + width);
            }
        }
        for (long packet : packets) {
            requireRange("packets", packet, 64, 1 << 30);
        }
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "--%s must be %d to %d: %s=%d".formatted(option, least, most, option, value));
        }
    }

    String[] toArguments() {
        return new String[] {
            MARK,
            Integer.toString(tensors),
            Long.toString(bytes),
            join(bits),
            join(packets),
            Integer.toString(iterations)
        };
    }

    static FusionPlan parse(String... arguments) {
        List<String> words = Arrays.asList(arguments);
        List<String> own = words.subList(words.indexOf(MARK) + 1, words.size());
        return new FusionPlan(
                Integer.parseInt(own.get(0)),
                Long.parseLong(own.get(1)),
                Arrays.stream(own.get(2).split(",")).map(Integer::valueOf).toList(),
                Arrays.stream(own.get(3).split(",")).map(Long::valueOf).toList(),
                Integer.parseInt(own.get(4)));
    }

    private static String join(List<?> values) {
        return String.join(",", values.stream().map(Object::toString).toList());
    }
}
