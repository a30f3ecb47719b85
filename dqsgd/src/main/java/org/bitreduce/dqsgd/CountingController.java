// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.codec.Draws;

/**
 * What all controllers share: a codec whose width alone changes, the counts, and saving. A controller's norm is the
 * codec's: the maximum over ranks of {@code ||g||_inf} for {@link Norm#MAX}, the square root of the mean over ranks of
 * {@code ||g||_2^2} for {@link Norm#EUCLIDEAN}.
 */
abstract class CountingController implements StepController {

    /** The widest code that a controller gives. */
    static final int MAX_BITS = 16;

    /** The narrowest code with a level for zero. */
    static final int MIN_BITS = 2;

    private final String name;
    private final long nameHash;
    private final boolean euclidean;
    private final Codec prototype;
    private final Codec[] byBits = new Codec[Codec.PLAIN_BITS + 1];
    private long steps;
    private long spentBits;

    /**
     * Makes all codecs in advance, so that steps make no garbage.
     *
     * @param name the method and all its settings
     * @param codec norm, bucket and rounding
     * @param minBits narrowest width
     * @param maxBits widest width
     */
    CountingController(String name, Codec codec, int minBits, int maxBits) {
        this.name = name;
        this.nameHash = hash(name);
        this.euclidean = codec.norm() == Norm.EUCLIDEAN;
        this.prototype = codec.withBits(minBits);
        for (int bits = minBits; bits <= maxBits; bits++) {
            byBits[bits] = codec.withBits(bits);
        }
    }

    /**
     * {@return the width of the next step, within the bounds given to the constructor; may change the state}
     *
     * @param agreed by all ranks
     */
    abstract int bits(AgreedStatistics agreed);

    /** {@return the agreed norm that is the codec's; zero, or not finite, for a vector without information} */
    final double norm(AgreedStatistics agreed) {
        return euclidean ? agreed.rmsNorm() : agreed.maxNorm();
    }

    /**
     * Adds what a subclass remembers to a saved state.
     *
     * @param state to add to
     */
    void save(SequencedMap<String, Double> state) {}

    /**
     * Takes back what {@link #save} has added. All names are there.
     *
     * @param state to read
     */
    void restore(SequencedMap<String, Double> state) {}

    /**
     * {@return the hash with what a subclass remembers mixed in}
     *
     * @param hash of all the rest
     */
    long mixState(long hash) {
        return hash;
    }

    @Override
    public final Codec choose(AgreedStatistics agreed) {
        int bits = bits(agreed);
        steps++;
        spentBits += bits;
        return byBits[bits];
    }

    @Override
    public final Codec prototype() {
        return prototype;
    }

    @Override
    public final long fingerprint() {
        return mixState(mix(mix(nameHash, steps), spentBits));
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long steps() {
        return steps;
    }

    /** {@return bits per element, summed over the steps} */
    final long spentBits() {
        return spentBits;
    }

    @Override
    public final double averageBits() {
        return steps == 0 ? 0 : (double) spentBits / steps;
    }

    @Override
    public final SequencedMap<String, Double> state() {
        SequencedMap<String, Double> state = new LinkedHashMap<>();
        state.put("steps", (double) steps);
        state.put("spent_bits", (double) spentBits);
        save(state);
        return state;
    }

    @Override
    public final void load(SequencedMap<String, Double> state) {
        SequencedMap<String, Double> own = state();
        if (!own.keySet().equals(state.keySet())) {
            throw new IllegalArgumentException(
                    "the saved state is not one of this controller: controller=%s, saved=%s, wanted=%s"
                            .formatted(name, state.keySet(), own.keySet()));
        }
        steps = count(state, "steps");
        spentBits = count(state, "spent_bits");
        restore(state);
    }

    private static long count(SequencedMap<String, Double> state, String key) {
        return Math.round(state.get(key));
    }

    @Override
    public final String toString() {
        return name + " " + state();
    }

    /**
     * {@return a number that depends on both}
     *
     * @param hash so far
     * @param value to mix in
     */
    static long mix(long hash, long value) {
        return Draws.mix64(hash + 0x9e3779b97f4a7c15L ^ value);
    }

    private static long hash(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash, text.charAt(i));
        }
        return hash;
    }
}
