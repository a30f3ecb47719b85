// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.function.LongUnaryOperator;
import org.bitreduce.frame.FrameHeader;

/**
 * The sizes of messages that carry one chunk of several parts, one section after the other, each padded to 64 bytes.
 * Parts without a chunk of that number have no section.
 */
final class Bundles {

    private final Layout parts;
    private final LongUnaryOperator payloadBytes;
    /** Of the section computed last: nearly all have the same length. */
    private long lastElements;

    private long lastBytes;

    /**
     * Computes nothing yet.
     *
     * @param parts who owns which elements
     * @param payloadBytes bytes of a number of elements
     */
    Bundles(Layout parts, LongUnaryOperator payloadBytes) {
        this.parts = parts;
        this.payloadBytes = payloadBytes;
    }

    /** {@return who owns which elements} */
    Layout parts() {
        return parts;
    }

    /** {@return elements of one section} */
    private long sectionElements(int owner, int chunk) {
        return Math.max(0, Math.min(parts.chunk(), parts.length(owner) - chunk * parts.chunk()));
    }

    /** {@return bytes of one section} */
    long section(int owner, int chunk) {
        long elements = sectionElements(owner, chunk);
        if (elements != lastElements) {
            lastBytes = Quantizer.align(payloadBytes.applyAsLong(elements));
            lastElements = elements;
        }
        return elements == 0 ? 0 : lastBytes;
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
            elements += sectionElements(owner, chunk);
        }
        return elements;
    }

    /** {@return the number of messages: the most chunks of any part} */
    int chunks(int[] owners) {
        long longest = 0;
        for (int owner : owners) {
            longest = Math.max(longest, parts.length(owner));
        }
        return Math.toIntExact(Math.ceilDiv(longest, parts.chunk()));
    }
}
