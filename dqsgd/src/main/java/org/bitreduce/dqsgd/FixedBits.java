// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * The same codec at every step: fixed widths, QSGD, TernGrad, the sign methods and full precision. Only counts.
 *
 * @see Codec
 */
public final class FixedBits extends CountingController {

    private final int bits;

    /**
     * Makes a controller.
     *
     * @param name what reports call it
     * @param codec of every step
     */
    public FixedBits(String name, Codec codec) {
        super(name, codec, codec.bits(), codec.bits());
        bits = codec.bits();
    }

    @Override
    int bits(AgreedStatistics agreed) {
        return bits;
    }
}
