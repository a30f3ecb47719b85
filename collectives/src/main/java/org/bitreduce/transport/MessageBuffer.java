// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;

/** Memory of a transport, in which messages are written or land. Belongs to the rank that allocated it. */
public interface MessageBuffer extends AutoCloseable {

    /** {@return the memory, aligned to 64 bytes; its size is at least what was asked for} */
    MemorySegment segment();

    /** Gives the memory back for other allocations of this transport. No request may still use it. */
    @Override
    void close();
}
