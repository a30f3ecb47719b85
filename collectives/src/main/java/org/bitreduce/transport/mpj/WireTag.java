// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

/**
 * How tags of 63 bits travel in MPJ's two ints, tag and context. MPJ matches both exactly, so they carry 51 bits: 31 in
 * the tag and 20 in the context. The two highest of them say what kind of message it is. Data tags below 2^49 are kept
 * as they are; larger ones are hashed to 49 bits. Two tags under way at the same time that meet there are found, because
 * every message carries its full tag.
 *
 * <p>The context's sign bit is always set, which MPJ's own contexts never have, and its next 11 bits number the
 * communicator: no message of ours can meet one of the user's, or of another communicator.
 */
final class WireTag {

    private static final int TAG_BITS = 31;
    private static final int EXACT_BITS = 49;
    private static final long EXACT = 1L << EXACT_BITS;
    private static final long HASHED_KIND = 1L << EXACT_BITS;
    private static final long CONTINUATION_KIND = 2L << EXACT_BITS;
    private static final long CONTROL_KIND = 3L << EXACT_BITS;
    private static final int COMMUNICATOR_SHIFT = 20;

    private WireTag() {}

    /** {@return 51 bits for the first fragment of a message with this tag, which is not negative} */
    static long data(long tag) {
        // Multiplying by an odd number mixes every bit of the tag into the upper ones.
        return tag < EXACT ? tag : HASHED_KIND | (tag * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - EXACT_BITS);
    }

    /** {@return 51 bits for the fragments after the first of the stream-th fragmented message of a rank} */
    static long continuation(int stream) {
        return CONTINUATION_KIND | Integer.toUnsignedLong(stream);
    }

    /** {@return 51 bits for what ranks tell each other about themselves} */
    static long control() {
        return CONTROL_KIND;
    }

    /** {@return what MPJ is given as tag} */
    static int tag(long wireTag) {
        return (int) wireTag & Integer.MAX_VALUE;
    }

    /** {@return what MPJ is given as context} */
    static int context(int communicator, long wireTag) {
        return Integer.MIN_VALUE | (communicator & 0x7FF) << COMMUNICATOR_SHIFT | (int) (wireTag >>> TAG_BITS);
    }
}
