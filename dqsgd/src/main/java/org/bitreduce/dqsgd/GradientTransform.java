// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.lang.foreign.MemorySegment;

/** What a method does to a rank's own gradient before the collective. Stateless and thread-safe. */
@FunctionalInterface
public interface GradientTransform {

    /** Leaves the gradient as it is. */
    GradientTransform NONE = gradient -> {};

    /**
     * Changes the gradient in place.
     *
     * @param gradient floats, the whole segment; a slice of it for one layer
     */
    void apply(MemorySegment gradient);
}
