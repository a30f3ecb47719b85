// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.util.Locale;

/**
 * What a kernel is meant to reach in the slowest JVM.
 *
 * @param speed GB/s, or 0
 * @param ofCopy ratio to memcpy, or 0
 */
record Bar(double speed, double ofCopy) {

    private static final Bar NONE = new Bar(0, 0);
    private static final long CACHED = 1 << 20;
    private static final int WIDEST = 8;

    /** {@return the bar of a kernel} Vectors of up to 1 MiB count as cached. */
    static Bar of(String kernel, int bits, long bytes, int vectorBits) {
        boolean cached = bytes <= CACHED;
        if (bits > WIDEST) {
            return NONE;
        }
        return switch (kernel) {
            case KernelCase.QUANTIZE -> cached ? (vectorBits == 512 ? new Bar(12, 0) : NONE) : new Bar(0, 0.9);
            case KernelCase.ENCODE -> cached ? NONE : new Bar(0, 0.55);
            case KernelCase.UNPACK_ADD, KernelCase.UNPACK_SCALE -> cached ? new Bar(18, 0) : new Bar(0, 0.9);
            default -> NONE;
        };
    }

    /** {@return the bar, and whether it was reached; empty if there is none} */
    String judge(double leastSpeed, double leastOfCopy) {
        if (speed == 0 && ofCopy == 0) {
            return "";
        }
        boolean reached = leastSpeed >= speed && leastOfCopy >= ofCopy;
        String aim = speed > 0
                ? String.format(Locale.ROOT, "%.0f GB/s", speed)
                : String.format(Locale.ROOT, "%.2f of memcpy", ofCopy);
        return aim + (reached ? ": reached" : ": missed");
    }
}
