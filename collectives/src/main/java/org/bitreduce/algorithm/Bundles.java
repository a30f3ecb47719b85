// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.function.LongUnaryOperator;
import org.bitreduce.frame.FrameHeader;

/**
 * The sizes of messages that carry one chunk of several parts, one section after the other, each padded to 64 bytes.
 * Parts without a chunk of that number have no section.
 *
 * @param parts who owns which elements
 * @param payloadBytes bytes of a number of elements
 */
record Bundles(Layout parts, LongUnaryOperator payloadBytes) {

    /** {@return bytes of one section} */
    long section(int owner, int chunk) {
        return chunk >= parts.chunks(owner)
                ? 0
                : Quantizer.align(payloadBytes.applyAsLong(parts.chunkLength(owner, chunk)));
    }

    /** {@return bytes of the sections of the first {@code count} owners} */
    long sections(int[] owners, int count, int chunk) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += section(owners[i], chunk);
        }
        return bytes;
    }

    /** {@return bytes of all sections} */
    long payload(int[] owners, int chunk) {
        return sections(owners, owners.length, chunk);
    }

    /** {@return bytes of the longest message, that of the first chunk, with its header} */
    long longest(int[] owners) {
        return FrameHeader.BYTES + payload(owners, 0);
    }

    /** {@return elements in all sections} */
    long elements(int[] owners, int chunk) {
        long elements = 0;
        for (int owner : owners) {
            elements += chunk < parts.chunks(owner) ? parts.chunkLength(owner, chunk) : 0;
        }
        return elements;
    }

    /** {@return the number of messages: the most chunks of any part} */
    int chunks(int[] owners) {
        int most = 0;
        for (int owner : owners) {
            most = Math.max(most, parts.chunks(owner));
        }
        return most;
    }
}
