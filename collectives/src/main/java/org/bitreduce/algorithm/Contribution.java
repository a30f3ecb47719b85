// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.codec.Doubles;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;

/**
 * One rank's vector on its way into a quantizing collective: rounded chunk by chunk, and, with error feedback, what
 * rounding drops kept for the next call.
 *
 * @param quantizer the codec
 * @param vector the elements; with error feedback the input plus the residual
 * @param type of the elements: FLOAT, or DOUBLE, which is rounded to floats stripe by stripe
 * @param norms the vector's scales
 * @param draws this rank's random numbers, null for rounding to nearest
 * @param unitNorm one float, 1
 * @param residual receives what is dropped, or null; floats only
 * @param stripe room for {@link Doubles#STRIPE} floats
 */
record Contribution(
        Quantizer quantizer,
        MemorySegment vector,
        ElementType type,
        MemorySegment norms,
        Draws draws,
        MemorySegment unitNorm,
        MemorySegment residual,
        MemorySegment stripe) {

    /** Writes scales and codes of elements [{@code first}, {@code first + count}). */
    void encode(long first, long count, MemorySegment message, long payload) {
        quantizer.putScales(count, norms, normsOffset(first), message, payload);
        round(first, count, message, payload + quantizer.scaleBytes(count));
        long at = first * Float.BYTES;
        if (residual != null) {
            MemorySegment.copy(vector, at, residual, at, count * Float.BYTES);
            quantizer.decode(count, message, payload, unitNorm, 1, Kernels.Store.SUBTRACT, residual, at);
            quantizer.clearNonFinite(norms, normsOffset(first), count, residual, at);
        }
    }

    /** Writes codes alone, for scales that everybody knows. */
    void pack(long first, long count, MemorySegment message, long codes) {
        round(first, count, message, codes);
        long at = first * Float.BYTES;
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

    private void round(long first, long count, MemorySegment message, long codes) {
        if (type == ElementType.FLOAT) {
            quantizer.pack(vector, first * Float.BYTES, first, count, norms, normsOffset(first), draws, message, codes);
            return;
        }
        for (long from = 0; from < count; from += Doubles.STRIPE) {
            long at = first + from;
            int n = (int) Math.min(Doubles.STRIPE, count - from);
            Doubles.narrow(vector, at * Double.BYTES, n, stripe, 0);
            long out = codes + PackedLayout.packedBytes(from, quantizer.codec().bits());
            quantizer.pack(stripe, 0, at, n, norms, normsOffset(at), draws, message, out);
        }
    }

    long normsOffset(long first) {
        return quantizer.normsOffset(first);
    }
}
