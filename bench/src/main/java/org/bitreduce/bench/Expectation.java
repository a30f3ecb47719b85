// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/** The slow oracle: what a collective's elements should be, in double precision, and how far off they may be. */
interface Expectation {

    /**
     * Computes the elements of one bucket.
     *
     * @param first global index of the bucket's first element, a multiple of the bucket
     * @param exact receives what the elements are without rounding; as many as the bucket has
     * @param bound receives the greatest error of each
     */
    void bucket(long first, double[] exact, double[] bound);
}
