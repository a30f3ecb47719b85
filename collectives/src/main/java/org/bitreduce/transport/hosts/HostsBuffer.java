// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.MessageBuffer;

/**
 * Memory from which messages leave both ways, and in which those of other hosts land.
 *
 * @param near the shared memory; null where nobody shares it
 * @param far the same memory, for TCP
 */
record HostsBuffer(MessageBuffer near, MessageBuffer far) implements MessageBuffer {

    @Override
    public MemorySegment segment() {
        return near == null ? far.segment() : near.segment();
    }

    @Override
    public void close() {
        far.close();
        if (near != null) {
            near.close();
        }
    }
}
