// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * How a frame differs from what was expected.
 *
 * @param what the difference, with both values
 * @param cause what it comes from, and what to do
 */
public record FrameDifference(String what, String cause) {

    private static final int[] STARTS = {0, 4, 5, 6, 8, 16, 20, 24, 26, 28, 29, 30, 31, 32, 33, 34, 36, 40, 48, 56, 60};
    private static final String[] NAMES = {
        "magic",
        "version",
        "kind",
        "context",
        "operation",
        "epoch",
        "stream",
        "source",
        "destination",
        "stage",
        "type",
        "bits",
        "mode",
        "log2 bucket",
        "flags",
        "chunk",
        "payload length",
        "element count",
        "decision hash",
        "reserved"
    };
    private static final Set<String> DECIDED = Set.of("bits", "mode", "log2 bucket", "decision hash");

    static FrameDifference damage(String what) {
        return new FrameDifference(what, "the data between them was damaged");
    }

    /** A frame whose checksum is right says something else than this rank would have said in its sender's place. */
    static FrameDifference field(int offset, MemorySegment message, MemorySegment expected) {
        int field = STARTS.length - 2;
        while (STARTS[field] > offset) {
            field--;
        }
        String cause = DECIDED.contains(NAMES[field])
                ? "the ranks' codec choosers decided differently: they are not deterministic, or their fingerprint()"
                        + " leaves out state"
                : "the ranks run different versions, or are in different calls";
        return new FrameDifference(
                "header field %s differs: %s came, %s was expected"
                        .formatted(NAMES[field], hex(message, field), hex(expected, field)),
                cause);
    }

    private static String hex(MemorySegment header, int field) {
        StringBuilder digits = new StringBuilder("0x");
        for (int i = STARTS[field + 1] - 1; i >= STARTS[field]; i--) {
            digits.append("%02x".formatted(header.get(JAVA_BYTE, i)));
        }
        return digits.toString();
    }
}
