// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;

/**
 * One rank's vector on its way into a quantizing collective: rounded chunk by chunk, and, with error feedback, what
 * rounding drops kept for the next call.
 *
 * @param quantizer the codec
 * @param vector the elements; with error feedback the input plus the residual
 * @param norms the vector's scales
 * @param draws this rank's random numbers, null for rounding to nearest
 * @param unitNorm one float, 1
 * @param residual receives what is dropped, or null
 */
record Contribution(
        Quantizer quantizer,
        MemorySegment vector,
        MemorySegment norms,
        Draws draws,
        MemorySegment unitNorm,
        MemorySegment residual) {

    /** Writes scales and codes of elements [{@code first}, {@code first + count}). */
    void encode(long first, long count, MemorySegment message, long payload) {
        long at = first * Float.BYTES;
        quantizer.encode(vector, at, first, count, norms, normsOffset(first), draws, message, payload);
        if (residual != null) {
            MemorySegment.copy(vector, at, residual, at, count * Float.BYTES);
            quantizer.decode(count, message, payload, unitNorm, 1, Kernels.Store.SUBTRACT, residual, at);
            quantizer.clearNonFinite(norms, normsOffset(first), count, residual, at);
        }
    }

    /** Writes codes alone, for scales that everybody knows. */
    void pack(long first, long count, MemorySegment message, long codes) {
        long at = first * Float.BYTES;
        quantizer.pack(vector, at, first, count, norms, normsOffset(first), draws, message, codes);
        if (residual != null) {
            MemorySegment.copy(vector, at, residual, at, count * Float.BYTES);
            quantizer.unpack(
                    count,
                    message,
                    codes,
                    quantizer.codec().bits(),
                    1,
                    quantizer.hasScales() ? norms : unitNorm,
                    normsOffset(first),
                    1,
                    Kernels.Store.SUBTRACT,
                    residual,
                    at);
            quantizer.clearNonFinite(norms, normsOffset(first), count, residual, at);
        }
    }

    long normsOffset(long first) {
        return quantizer.normsOffset(first);
    }
}
