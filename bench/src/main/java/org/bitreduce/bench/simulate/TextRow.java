// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

/**
 * How people read rows.
 *
 * @param <R> the kind of rows
 */
interface TextRow<R> {

    /** {@return the line above all others} */
    String title();

    /**
     * {@return a row's line}
     *
     * @param row any
     */
    String line(R row);
}
