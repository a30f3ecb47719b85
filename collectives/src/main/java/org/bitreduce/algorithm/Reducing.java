// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** A schedule that brings this rank's part of a reduction about, chunk by chunk. */
interface Reducing extends Schedule {

    /** {@return the number of this rank's chunks that are complete, from the first on} */
    int combined();
}
