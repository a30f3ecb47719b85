// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** What every call comes to, in this order. */
public enum Milestone {
    /** The caller has made it. */
    POSTED,
    /** All ranks' records are here and agree; the codec has been chosen. */
    AGREED,
    /** Its result is there. */
    ENDED
}
