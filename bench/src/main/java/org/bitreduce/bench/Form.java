// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/** How a collective is called; results are the same. */
enum Form {
    /** A method that returns when the call is over. */
    BLOCKING,
    /** Begun, then waited for; the time includes both. */
    NON_BLOCKING,
    /** Prepared once on the same memory, carried out again and again. */
    PERSISTENT
}
