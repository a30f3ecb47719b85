// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/** Where a result goes. */
enum Place {
    /** To another vector than the input. */
    OUT_OF_PLACE,
    /** Over the input. */
    IN_PLACE
}
