// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.Arrays;
import org.bitreduce.text.Names;

/** What carries messages between ranks. */
public enum TransportKind {
    /** The fastest that the way of starting ranks allows. */
    AUTO,
    /** Memory that all ranks share; they run on one host. */
    SHARED_MEMORY,
    /** Connections of this library's own. */
    TCP,
    /** Shared memory between ranks of the same host, connections of this library's own between others. */
    SHARED_MEMORY_AND_TCP,
    /** The devices of MPJ Express; the ranks are started by it. */
    MPJ;

    /** System property of a rank's JVM: the kind that was asked for. */
    public static final String PROPERTY = "bitreduce.transport";

    /**
     * Reads a name.
     *
     * @param text such as {@code shared-memory}
     * @return the kind it names
     * @throws IllegalArgumentException if it names none; the message has the nearest and all valid ones
     */
    public static TransportKind parse(String text) {
        for (TransportKind kind : values()) {
            if (kind.toString().equalsIgnoreCase(text)) {
                return kind;
            }
        }
        throw Names.unknown(
                "transport",
                text,
                Arrays.stream(values()).map(TransportKind::toString).toList());
    }

    /** {@return what this JVM's ranks were asked to use, {@link #AUTO} if nothing was said} */
    public static TransportKind asked() {
        String text = System.getProperty(PROPERTY);
        return text == null ? AUTO : parse(text);
    }

    /** {@return the name as on the command line} */
    @Override
    public String toString() {
        return Names.of(this).replace("-and-", "+");
    }
}
