// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;

/**
 * What the ranks are to measure. Equal on all ranks; passed to them as arguments without blanks or quotes.
 *
 * @param collective what
 * @param via how the ranks are started, for the report
 * @param sizes vector sizes in bytes
 * @param bits widths, 2 to 16, or 32 for plain floats
 * @param mode arithmetic, or null for the usual one
 * @param bucket elements that share a scale, a power of two
 * @param places where results go
 * @param iterations measured calls per row, or 0 to choose by size
 * @param warmup calls before that, or -1 to choose by size
 * @param seed of the data and of the rounding
 * @param baselineMpj whether MPJ Express' own all-reduce is measured too
 * @param rows file that rank 0 writes rows to
 */
record BenchPlan(
        Collective collective,
        String via,
        List<Long> sizes,
        List<Integer> bits,
        Mode mode,
        int bucket,
        List<Place> places,
        int iterations,
        int warmup,
        long seed,
        boolean baselineMpj,
        String rows) {

    /** Several times what the first compiler of a JVM waits for, so that the last one has time to follow. */
    private static final int CALLS_TO_COMPILE = 3_000;

    /** Largest bucket; the oracle holds one of each rank in memory. */
    static final int MAX_BUCKET = 1 << 16;

    BenchPlan {
        sizes = List.copyOf(sizes);
        bits = List.copyOf(bits);
        places = List.copyOf(places);
        for (int width : bits) {
            if (width != Codec.PLAIN_BITS && (width < 2 || width > 16)) {
                throw new IllegalArgumentException("bits must be 2 to 16, or 32 for plain floats: bits=" + width);
            }
            if (mode == Mode.PLAIN && width != Codec.PLAIN_BITS) {
                throw new IllegalArgumentException("mode plain goes with 32 bits only: mode=plain, bits=" + width);
            }
        }
        if (Integer.bitCount(bucket) != 1 || bucket < 16 || bucket > MAX_BUCKET) {
            throw new IllegalArgumentException(
                    "the bucket must be a power of two from 16 to %d: bucket=%d".formatted(MAX_BUCKET, bucket));
        }
        requireRange("iterations", iterations, 0);
        requireRange("warmup", warmup, -1);
    }

    private static void requireRange(String name, int value, int least) {
        if (value < least || value > 1_000_000) {
            throw new IllegalArgumentException(
                    "%s must be %d to 1000000: %s=%d".formatted(name, Math.max(least, 0), name, value));
        }
    }

    /**
     * {@return the codec of a width}
     *
     * @param width one of {@link #bits}
     */
    Codec codec(int width) {
        return width == Codec.PLAIN_BITS
                ? Codec.plain()
                : new Codec(width, Norm.MAX, Integer.numberOfTrailingZeros(bucket), Rounding.STOCHASTIC);
    }

    /**
     * {@return measured calls per row}
     *
     * @param bytes size of the vector
     */
    int iterationsFor(long bytes) {
        if (iterations > 0) {
            return iterations;
        }
        if (bytes <= 64 << 10) {
            return 500;
        }
        return Math.clamp((256L << 20) / bytes, 10, 200);
    }

    /**
     * {@return calls before those} For short calls many, until the JVM has compiled all code that such a size needs.
     *
     * @param bytes size of the vector
     */
    int warmupFor(long bytes) {
        if (warmup >= 0) {
            return warmup;
        }
        return bytes <= 64 << 10 ? CALLS_TO_COMPILE : Math.max(5, iterationsFor(bytes) / 2);
    }

    /**
     * {@return this plan with a file for the rows}
     *
     * @param file that rank 0 can write
     */
    BenchPlan withRows(String file) {
        return new BenchPlan(
                collective, via, sizes, bits, mode, bucket, places, iterations, warmup, seed, baselineMpj, file);
    }

    /** {@return the plan as arguments} */
    String[] toArguments() {
        List<String> arguments = new ArrayList<>();
        add(arguments, "collective", collective.label());
        add(arguments, "via", via);
        add(arguments, "sizes", join(sizes));
        add(arguments, "bits", join(bits));
        add(arguments, "mode", mode == null ? "" : mode.name());
        add(arguments, "bucket", bucket);
        add(arguments, "places", join(places));
        add(arguments, "iterations", iterations);
        add(arguments, "warmup", warmup);
        add(arguments, "seed", seed);
        add(arguments, "baseline-mpj", baselineMpj);
        add(arguments, "rows", rows);
        return arguments.toArray(String[]::new);
    }

    /**
     * {@return the plan that {@link #toArguments} wrote}
     *
     * @param arguments of a rank
     */
    static BenchPlan parse(String... arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                String value = argument.substring(equals + 1);
                values.put(argument.substring(0, equals), URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        String mode = values.get("mode");
        return new BenchPlan(
                Collective.of(values.get("collective")),
                values.get("via"),
                split(values.get("sizes")).map(Long::valueOf).toList(),
                split(values.get("bits")).map(Integer::valueOf).toList(),
                mode.isEmpty() ? null : Mode.valueOf(mode),
                Integer.parseInt(values.get("bucket")),
                split(values.get("places")).map(Place::valueOf).toList(),
                Integer.parseInt(values.get("iterations")),
                Integer.parseInt(values.get("warmup")),
                Long.parseLong(values.get("seed")),
                Boolean.parseBoolean(values.get("baseline-mpj")),
                values.get("rows"));
    }

    private static void add(List<String> arguments, String key, Object value) {
        arguments.add(key + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }

    private static String join(List<?> values) {
        return String.join(",", values.stream().map(Object::toString).toList());
    }

    private static Stream<String> split(String text) {
        return text.isEmpty() ? Stream.empty() : Arrays.stream(text.split(","));
    }
}
