// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.simulate.NetworkModel;
import tools.jackson.databind.ObjectMapper;

/**
 * What is to be simulated; passed to the JVM that does it as one word.
 *
 * @param operation the collective
 * @param ranks numbers of ranks
 * @param bytes sizes of the vector as floats
 * @param bits widths, 2 to 16, or 32 for plain floats
 * @param mode arithmetic of quantizing all-reduces, null for the usual one
 * @param bucket elements that share a scale, a power of two
 * @param latencyPicos of the network
 * @param picosPerByte of its links
 * @param overheadPicos of each end per message
 * @param gigabytesPerSecond of all work with numbers, 0 to measure it
 * @param ranksPerCore by which that work is slowed down, at least 1
 * @param cores that the ranks share, 0 for one each
 * @param table of algorithms, as text
 * @param rows file for the predictions
 */
record SimulationPlan(
        Operation operation,
        List<Integer> ranks,
        List<Long> bytes,
        List<Integer> bits,
        Mode mode,
        int bucket,
        long latencyPicos,
        double picosPerByte,
        long overheadPicos,
        double gigabytesPerSecond,
        double ranksPerCore,
        int cores,
        String table,
        String rows) {

    private static final int MAX_RANKS = 16_384;
    private static final int MAX_LOG2_BUCKET = 16;

    SimulationPlan {
        ranks = List.copyOf(ranks);
        bytes = List.copyOf(bytes);
        bits = List.copyOf(bits);
        for (int size : ranks) {
            if (size < 1 || size > MAX_RANKS) {
                throw new IllegalArgumentException("--np must be from 1 to %d: np=%d".formatted(MAX_RANKS, size));
            }
        }
        for (int width : bits) {
            if (width != Codec.PLAIN_BITS && (width < 2 || width > 16)) {
                throw new IllegalArgumentException("bits must be 2 to 16, or 32 for plain floats: bits=" + width);
            }
        }
        if (Integer.bitCount(bucket) != 1 || bucket < 16 || bucket > 1 << MAX_LOG2_BUCKET) {
            throw new IllegalArgumentException("the bucket must be a power of two from 16 to 65536: bucket=" + bucket);
        }
        if (cores < 0) {
            throw new IllegalArgumentException("the number of cores must not be negative: cores=" + cores);
        }
        if (!(gigabytesPerSecond >= 0) || !(ranksPerCore >= 1)) {
            throw new IllegalArgumentException(
                    "the codec's rate must be positive, and a core has one rank or more: codec=%s, ranks per core=%s"
                            .formatted(gigabytesPerSecond, ranksPerCore));
        }
    }

    /** {@return the network between so many ranks} Where they share cores, their overheads take longer too. */
    NetworkModel network(int size) {
        return new NetworkModel(latencyPicos, picosPerByte, Math.round(overheadPicos * slowdown(size)));
    }

    /** {@return by how much everything that a rank's processor does takes longer, since others use it too} */
    double slowdown(int size) {
        return Math.max(ranksPerCore, cores == 0 ? 1 : (double) size / cores);
    }

    /** {@return how many of so many ranks work at once, and share what the cores share} */
    int atOnce(int size) {
        return cores == 0 ? 1 : Math.min(size, cores);
    }

    AlgorithmTable algorithms() {
        return AlgorithmTable.parse("the table", table);
    }

    Codec codec(int width) {
        return width == Codec.PLAIN_BITS
                ? Codec.plain()
                : new Codec(width, Norm.MAX, Integer.numberOfTrailingZeros(bucket), Rounding.STOCHASTIC);
    }

    SimulationPlan withRows(String file) {
        return with(ranks, latencyPicos, file);
    }

    /** {@return the same for one number of ranks, and a latency that was measured} */
    SimulationPlan of(int size, long latency) {
        return with(List.of(size), latency, rows);
    }

    private SimulationPlan with(List<Integer> sizes, long latency, String file) {
        return new SimulationPlan(
                operation,
                sizes,
                bytes,
                bits,
                mode,
                bucket,
                latency,
                picosPerByte,
                overheadPicos,
                gigabytesPerSecond,
                ranksPerCore,
                cores,
                table,
                file);
    }

    /** {@return the plan as one word without blanks or quotes} */
    String toWord() {
        byte[] json = new ObjectMapper().writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /**
     * {@return the plan that {@link #toWord} wrote}
     *
     * @param word as it wrote it
     */
    static SimulationPlan parse(String word) {
        String json = new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
        return new ObjectMapper().readValue(json, SimulationPlan.class);
    }
}
