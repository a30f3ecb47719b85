// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.CommunicatorOptions;
import org.bitreduce.codec.Kernels;
import org.bitreduce.transport.Transport;

/**
 * What all calls of a communicator share.
 *
 * @param transport to the other ranks
 * @param options equal on all ranks
 * @param kernels the inner loops
 * @param slots buffers and requests, kept from one call to the next
 * @param meter is told of all work with numbers
 */
record Group(Transport transport, CommunicatorOptions options, Kernels kernels, SlotPool slots, WorkMeter meter) {

    Group(Transport transport, CommunicatorOptions options, WorkMeter meter) {
        this(transport, options, Kernels.best(), new SlotPool(transport), meter);
    }

    int rank() {
        return transport.rank();
    }

    int size() {
        return transport.size();
    }
}
