// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import java.time.Duration;
import java.util.List;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.mpj.MpjArguments;
import org.bitreduce.transport.mpj.MpjBootstrap;

/**
 * Joining under mpjrun: ranks of one JVM through shared memory, others through MPJ. A class of its own, so that nobody
 * else needs MPJ Express on the class path.
 */
final class MpjJoin {

    private MpjJoin() {}

    static Join.Joined join(String[] args, Duration deadline) {
        boolean initialized = mpi.MPI.Initialized();
        Transport transport = MpjBootstrap.join(args, deadline);
        // A program that has called MPI.Init itself finalizes itself. Nobody waits for MPI.Finalize, which waits for
        // all ranks: this one may be closing because it has failed, and its exception must come out.
        Runnable leave = initialized
                ? () -> {}
                : () -> Thread.ofPlatform().name("bitreduce-mpj-finalize").start(() -> MpjBootstrap.finish(deadline));
        return new Join.Joined(transport, List.of(MpjArguments.applicationArguments(args)), leave);
    }
}
