// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.codec.Draws;

/** What all ranks do after the agreement, and from which numbers they have decided it. Used for one call after another. */
final class Decision implements AgreedStatistics {

    private int ranks;
    private long operation;
    private long count;
    private double maxNorm;
    private double rmsNorm;
    private double scaleNorm;
    private int roundings;
    private boolean sharesScales;
    private Codec codec;
    private Mode mode;
    private long hash;

    /** Decides, from numbers that are the same on all ranks. */
    void make(Call call, long number, Agreement agreement) {
        ranks = agreement.ranks();
        operation = number;
        count = call.count();
        maxNorm = agreement.maxNorm();
        rmsNorm = agreement.rmsNorm();
        scaleNorm = agreement.scaleNorm();
        Mode quantized = quantizedMode(call);
        boolean twice = quantized == Mode.TWOSHOT || quantized == Mode.TWO_LEVEL;
        roundings = twice && call.operation().combines() ? 2 : 1;
        sharesScales = quantized == Mode.EXACT;
        codec = call.chooser().choose(this);
        mode = mode(call, codec);
        hash = Draws.mix64(Draws.mix64(codec.fingerprint() ^ (long) mode.ordinal() << 48) + number);
    }

    /** {@return the arithmetic of a call with a codec} */
    static Mode mode(Call call, Codec codec) {
        boolean twoLevels =
                call.operation() == Operation.ALL_REDUCE && call.options().mode() == Mode.TWO_LEVEL;
        return codec.isPlain() && !twoLevels ? Mode.PLAIN : quantizedMode(call);
    }

    private static Mode quantizedMode(Call call) {
        return switch (call.operation()) {
            case ALL_REDUCE, REDUCE ->
                call.options().mode() == null ? Mode.TWOSHOT : call.options().mode();
            case REDUCE_SCATTER -> Mode.TWOSHOT;
            default -> Mode.GATHER;
        };
    }

    /** {@return how elements travel} */
    Codec codec() {
        return codec;
    }

    /** {@return the arithmetic} */
    Mode mode() {
        return mode;
    }

    /**
     * {@return a hash of codec, mode and operation number} It stands in every further frame, so that controllers that have
     * drifted apart are found out.
     */
    long hash() {
        return hash;
    }

    @Override
    public int ranks() {
        return ranks;
    }

    @Override
    public long operation() {
        return operation;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public double maxNorm() {
        return maxNorm;
    }

    @Override
    public double rmsNorm() {
        return rmsNorm;
    }

    @Override
    public double scaleNorm() {
        return scaleNorm;
    }

    @Override
    public int roundings() {
        return roundings;
    }

    @Override
    public boolean sharesScales() {
        return sharesScales;
    }
}
