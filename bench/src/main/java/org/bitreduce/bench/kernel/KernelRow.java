// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel over all JVMs. Ratios compare within one JVM, where both were measured in turn; memcpy is the faster one of
 * Java's and C's.
 *
 * @param kernel name
 * @param bits per element; 0 where there are no codes
 * @param bytes of the float vector
 * @param vectorBits bits per vector
 * @param jvms number of JVMs
 * @param min GB/s of the slowest JVM
 * @param median GB/s
 * @param max GB/s of the fastest JVM
 * @param minOfCopy the least ratio to memcpy
 * @param medianOfCopy the median ratio to memcpy
 * @param c GB/s of the same in C, the median; NaN if there is none
 * @param allocatedBytes on the Java heap per run, the most of all JVMs
 * @param bar what is aimed at, and whether the slowest JVM reached it; empty if nothing is
 */
record KernelRow(
        @JsonProperty("kernel") String kernel,
        @JsonProperty("bits") int bits,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("vector_bits") int vectorBits,
        @JsonProperty("jvms") int jvms,
        @JsonProperty("min_GBps") double min,
        @JsonProperty("median_GBps") double median,
        @JsonProperty("max_GBps") double max,
        @JsonProperty("min_of_memcpy") double minOfCopy,
        @JsonProperty("median_of_memcpy") double medianOfCopy,
        @JsonProperty("c_median_GBps") double c,
        @JsonProperty("allocated_bytes") long allocatedBytes,
        @JsonProperty("bar") String bar) {

    /** What is the same in all JVMs. */
    private record Key(String kernel, String language, int bits, long bytes, int vectorBits) {

        static Key of(KernelTime time) {
            return new Key(time.kernel(), time.language(), time.bits(), time.bytes(), time.vectorBits());
        }

        Key in(String otherLanguage) {
            return new Key(kernel, otherLanguage, bits, bytes, vectorBits);
        }

        Key copy(String otherLanguage) {
            return new Key(KernelCase.COPY, otherLanguage, 0, bytes, vectorBits);
        }
    }

    /**
     * {@return a row for each of Java's kernels, in the order they were measured}
     *
     * @param times of all JVMs, one JVM after the other
     */
    static List<KernelRow> of(List<KernelTime> times) {
        Map<Key, List<KernelTime>> groups = new LinkedHashMap<>();
        for (KernelTime time : times) {
            groups.computeIfAbsent(Key.of(time), key -> new ArrayList<>()).add(time);
        }
        List<KernelRow> rows = new ArrayList<>();
        for (Map.Entry<Key, List<KernelTime>> group : groups.entrySet()) {
            if (group.getKey().language().equals(KernelCase.JAVA)) {
                rows.add(row(group.getKey(), group.getValue(), groups));
            }
        }
        return rows;
    }

    private static KernelRow row(Key key, List<KernelTime> own, Map<Key, List<KernelTime>> groups) {
        double[] speeds = speeds(own);
        double[] c = speeds(groups.getOrDefault(key.in(KernelCase.C), List.of()));
        double[] javaCopy = speeds(groups.get(key.copy(KernelCase.JAVA)));
        double[] cCopy = speeds(groups.getOrDefault(key.copy(KernelCase.C), List.of()));
        double[] ratios = new double[speeds.length];
        for (int jvm = 0; jvm < ratios.length; jvm++) {
            ratios[jvm] = speeds[jvm] / (cCopy.length == 0 ? javaCopy[jvm] : Math.max(javaCopy[jvm], cCopy[jvm]));
        }
        Arrays.sort(speeds);
        Arrays.sort(ratios);
        Arrays.sort(c);
        return new KernelRow(
                key.kernel(),
                key.bits(),
                key.bytes(),
                key.vectorBits(),
                speeds.length,
                speeds[0],
                median(speeds),
                speeds[speeds.length - 1],
                ratios[0],
                median(ratios),
                c.length == 0 ? Double.NaN : median(c),
                own.stream().mapToLong(KernelTime::allocatedBytes).max().orElse(0),
                Bar.of(key.kernel(), key.bits(), key.bytes(), key.vectorBits()).judge(speeds[0], ratios[0]));
    }

    private static double[] speeds(List<KernelTime> times) {
        return times.stream().mapToDouble(KernelTime::speed).toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
