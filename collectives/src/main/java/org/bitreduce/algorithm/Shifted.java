// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/**
 * A layout of some consecutive elements of a vector.
 *
 * @param inner lays them out as if they were all
 * @param offset the index of their first in the vector
 */
record Shifted(Layout inner, long offset) implements Layout {

    @Override
    public long start(int part) {
        return offset + inner.start(part);
    }

    @Override
    public long length(int part) {
        return inner.length(part);
    }

    @Override
    public long chunk() {
        return inner.chunk();
    }
}
