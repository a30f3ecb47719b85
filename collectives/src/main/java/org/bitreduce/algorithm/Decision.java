// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.codec.Draws;

/**
 * What all ranks do after the agreement.
 *
 * @param codec how elements travel
 * @param mode the arithmetic
 * @param agreed what it was decided from
 * @param hash of both and the operation number; stands in every further frame, so that controllers that have drifted
 *     apart are found out
 */
record Decision(Codec codec, Mode mode, AgreedStatistics agreed, long hash) {

    static Decision of(Call call, AgreedStatistics agreed) {
        Codec codec = call.chooser().choose(agreed);
        Mode mode = mode(call, codec);
        long hash = Draws.mix64(codec.fingerprint() ^ (long) mode.ordinal() << 48);
        return new Decision(codec, mode, agreed, Draws.mix64(hash + agreed.operation()));
    }

    private static Mode mode(Call call, Codec codec) {
        if (codec.isPlain()) {
            return Mode.PLAIN;
        }
        return switch (call.operation()) {
            case ALL_REDUCE ->
                call.options().mode() == null ? Mode.TWOSHOT : call.options().mode();
            case REDUCE_SCATTER -> Mode.TWOSHOT;
            default -> Mode.GATHER;
        };
    }
}
