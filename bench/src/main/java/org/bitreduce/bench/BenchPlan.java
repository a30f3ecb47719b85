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
import org.bitreduce.Order;
import org.bitreduce.Rounding;

/**
 * What the ranks are to measure. Equal on all ranks; passed to them as arguments without blanks or quotes.
 *
 * @param collective what
 * @param via how the ranks are started, for the report
 * @param sizes vector sizes in bytes
 * @param bits widths, 1 to 16, or 32 for plain floats
 * @param mode arithmetic, or null for the usual one
 * @param order of the sums of plain all-reduces
 * @param bucket elements that share a scale, a power of two
 * @param places where results go
 * @param iterations measured calls per row, or 0 to choose by size
 * @param warmup calls before that, or -1 to choose by size
 * @param seed of the data and of the rounding
 * @param forms how the collective is called
 * @param root the rank that gives or gets all, where one does
 * @param integrity whether payloads in shared memory carry a checksum too
 * @param baselineMpj whether MPJ Express' own collective is measured too
 * @param profile whether to tell what calls spend their time on
 * @param rows file that rank 0 writes rows to
 */
record BenchPlan(
        Collective collective,
        String via,
        List<Long> sizes,
        List<Integer> bits,
        Mode mode,
        Order order,
        int bucket,
        List<Place> places,
        int iterations,
        int warmup,
        long seed,
        List<Form> forms,
        int root,
        boolean integrity,
        boolean baselineMpj,
        boolean profile,
        String rows) {

    /** Several times what the first compiler of a JVM waits for, so that the last one has time to follow. */
    private static final int CALLS_TO_COMPILE = 3_000;

    BenchPlan {
        sizes = List.copyOf(sizes);
        bits = List.copyOf(bits);
        places = List.copyOf(places);
        forms = List.copyOf(forms);
        for (int width : bits) {
            CodecOptions.requireWidth(width);
            if (mode == Mode.PLAIN && width != Codec.PLAIN_BITS) {
                throw new IllegalArgumentException("mode plain goes with 32 bits only: mode=plain, bits=" + width);
            }
        }
        CodecOptions.requireBucket(bucket);
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
     * {@return the codec of a width} One bit is the sign, with the mean magnitude of the bucket.
     *
     * @param width one of {@link #bits}
     */
    Codec codec(int width) {
        int log2Bucket = Integer.numberOfTrailingZeros(bucket);
        return switch (width) {
            case Codec.PLAIN_BITS -> Codec.plain();
            case 1 -> new Codec(width, Norm.MEAN_MAGNITUDE, log2Bucket, Rounding.NEAREST);
            default -> new Codec(width, Norm.MAX, log2Bucket, Rounding.STOCHASTIC);
        };
    }

    /**
     * {@return what a call's rank gives or gets, as tables of algorithms count}
     *
     * @param bytes size of the whole vector
     * @param ranks how many
     */
    long bytesOfRank(long bytes, int ranks) {
        return collective.hasEqualParts() ? Math.ceilDiv(bytes, ranks) : bytes;
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
     * {@return calls before those, in a round, if there may be several} For short calls many.
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
                collective,
                via,
                sizes,
                bits,
                mode,
                order,
                bucket,
                places,
                iterations,
                warmup,
                seed,
                forms,
                root,
                integrity,
                baselineMpj,
                profile,
                file);
    }

    /** {@return the plan as arguments} */
    String[] toArguments() {
        List<String> arguments = new ArrayList<>();
        add(arguments, "collective", collective.label());
        add(arguments, "via", via);
        add(arguments, "sizes", join(sizes));
        add(arguments, "bits", join(bits));
        add(arguments, "mode", mode == null ? "" : mode.name());
        add(arguments, "order", order);
        add(arguments, "bucket", bucket);
        add(arguments, "places", join(places));
        add(arguments, "iterations", iterations);
        add(arguments, "warmup", warmup);
        add(arguments, "seed", seed);
        add(arguments, "forms", join(forms));
        add(arguments, "root", root);
        add(arguments, "integrity", integrity);
        add(arguments, "baseline-mpj", baselineMpj);
        add(arguments, "profile", profile);
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
                Order.valueOf(values.get("order")),
                Integer.parseInt(values.get("bucket")),
                split(values.get("places")).map(Place::valueOf).toList(),
                Integer.parseInt(values.get("iterations")),
                Integer.parseInt(values.get("warmup")),
                Long.parseLong(values.get("seed")),
                split(values.get("forms")).map(Form::valueOf).toList(),
                Integer.parseInt(values.get("root")),
                Boolean.parseBoolean(values.get("integrity")),
                Boolean.parseBoolean(values.get("baseline-mpj")),
                Boolean.parseBoolean(values.get("profile")),
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
