// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Operation;

/** The arithmetic that a call has, told before it is made. Stateless. */
public final class UsedMode {

    private UsedMode() {}

    /**
     * {@return the mode that a call's outcome will name}
     *
     * @param operation the collective
     * @param asked the mode that was asked for, or null for the usual one
     * @param bits per element, 32 for plain floats
     */
    public static Mode of(Operation operation, Mode asked, int bits) {
        if (operation.combines() && asked == Mode.TWO_LEVEL) {
            return asked;
        }
        if (bits == Codec.PLAIN_BITS) {
            return Mode.PLAIN;
        }
        return switch (operation) {
            case ALL_REDUCE, REDUCE -> asked == null ? Mode.TWOSHOT : asked;
            case REDUCE_SCATTER -> Mode.TWOSHOT;
            default -> Mode.GATHER;
        };
    }
}
