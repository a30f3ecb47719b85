// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.util.stream.IntStream;

/** The kernels and their specification, and the lengths at which they may differ. */
final class KernelTwins {

    static final Kernels SCALAR = new ScalarKernels();

    /** Compiled: interpreted, the Vector API is plain Java; what must be right is what C2 makes of it. */
    static final Kernels VECTOR = compiled(new VectorKernels());

    static final Kernels[] BOTH = {SCALAR, VECTOR};

    private KernelTwins() {}

    private static Kernels compiled(Kernels kernels) {
        for (int i = 0; i < 25; i++) {
            KernelWorkload.run(kernels, 20_480, 9, 4);
            KernelWorkload.run(kernels, 20_480, 6, 3);
        }
        return kernels;
    }

    /** {@return every length around a row, a block, and a bucket of more than a block} */
    static IntStream counts() {
        return IntStream.concat(
                IntStream.rangeClosed(0, 70), IntStream.of(496, 511, 512, 513, 528, 1023, 1024, 1537, 5000));
    }
}
