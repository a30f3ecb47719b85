// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.bitreduce.Codec;
import org.bitreduce.Communicator;

/**
 * A barrier: an agreement round, and nothing else.
 *
 * @param world this rank's end
 * @param form how it is called; a barrier is never persistent
 */
record BarrierCase(Communicator world, Form form) implements BenchCase {

    BarrierCase {
        if (form == Form.PERSISTENT) {
            throw new IllegalArgumentException("there is no persistent barrier: form=persistent");
        }
    }

    @Override
    public Subject subject() {
        return new Subject("bitreduce", form, true, 0, Codec.PLAIN_BITS, "plain", "agreement");
    }

    @Override
    public void prepare() {
        // has no data
    }

    @Override
    public void run() {
        if (form == Form.BLOCKING) {
            world.barrier();
        } else {
            world.nonBlocking().barrier().await();
        }
    }

    @Override
    public void verify(ErrorTally tally) {
        // has no result
    }

    @Override
    public long checksum() {
        return 0;
    }
}
