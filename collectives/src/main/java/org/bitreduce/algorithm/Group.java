// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.stream.IntStream;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Placement;
import org.bitreduce.codec.Kernels;
import org.bitreduce.transport.Transport;

/**
 * What all calls of a communicator share.
 *
 * @param transport to the other ranks
 * @param options equal on all ranks
 * @param kernels the inner loops
 * @param slots buffers and requests, kept from one call to the next
 * @param completions ends calls that read and write in others' memory
 * @param meter is told of all work with numbers
 */
record Group(
        Transport transport,
        CommunicatorOptions options,
        Kernels kernels,
        SlotPool slots,
        Completions completions,
        WorkMeter meter) {

    Group(Transport transport, CommunicatorOptions options, WorkMeter meter) {
        this(transport, options, Kernels.best(), new SlotPool(transport), new Completions(), meter);
        Placement asked = options.placement();
        if (asked != null && asked.ranks() != transport.size()) {
            throw new IllegalArgumentException(
                    "a placement names the host of each of %d ranks: placement=%s".formatted(transport.size(), asked));
        }
    }

    int rank() {
        return transport.rank();
    }

    int size() {
        return transport.size();
    }

    /** {@return all ranks} */
    int[] ranks() {
        return IntStream.range(0, size()).toArray();
    }

    /** {@return which rank runs on which host: what the options say, else what the transport knows} */
    Placement placement() {
        return options.placement() == null ? transport.placement() : options.placement();
    }

    /** {@return whether ranks read each other's messages where they were written} */
    boolean readInPlace(int[] ranks) {
        return transport.readsInPlace() || transport.placement().areTogether(ranks);
    }
}
