// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one JVM measured of one kernel.
 *
 * @param kernel name of the {@link KernelCase}
 * @param language {@code Java} or {@code C}
 * @param bits per element; 0 where there are no codes
 * @param bytes of the float vector
 * @param vectorBits bits per vector of the kernels
 * @param speed median over rounds, in GB/s: 10^9 bytes of the float vector per second
 * @param allocatedBytes per run, on the Java heap; the least over rounds
 */
record KernelTime(
        @JsonProperty("kernel") String kernel,
        @JsonProperty("language") String language,
        @JsonProperty("bits") int bits,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("vector_bits") int vectorBits,
        @JsonProperty("GBps") double speed,
        @JsonProperty("allocated_bytes") long allocatedBytes) {}
