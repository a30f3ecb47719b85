// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * Two neighbouring whole widths in turn, so that after every {@code n} steps {@code floor(n * average)} bits per element
 * have been spent: what a budget between whole widths is to be compared with. Looks at no gradient.
 */
public final class AlternatingBits extends CountingController {

    private final double average;

    /**
     * Makes a controller.
     *
     * @param name what reports call it
     * @param average bits per element, 2 to 16
     * @param codec norm, bucket and rounding; its width is not used
     */
    public AlternatingBits(String name, double average, Codec codec) {
        super(name, codec, (int) Math.floor(average), (int) Math.ceil(average));
        this.average = average;
    }

    @Override
    int bits(AgreedStatistics agreed) {
        return (int) (Math.floor((steps() + 1) * average) - Math.floor(steps() * average));
    }
}
