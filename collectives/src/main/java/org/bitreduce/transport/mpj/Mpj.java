// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import mpi.Comm;
import org.bitreduce.transport.Transport;

/** For programs that use MPJ Express themselves. */
public final class Mpj {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Mpj() {}

    /**
     * Joins the ranks of a communicator within a minute, see {@link MpjBootstrap#over}.
     *
     * @param comm for example MPI.COMM_WORLD, after MPI.Init
     * @return the transport of this rank, owned by the caller
     * @throws org.bitreduce.CollectiveException if not all of them come
     */
    public static Transport over(Comm comm) {
        return over(comm, DEADLINE);
    }

    /**
     * Joins the ranks of a communicator, see {@link MpjBootstrap#over}.
     *
     * @param comm for example MPI.COMM_WORLD, after MPI.Init
     * @param deadline how long to wait for the other ranks
     * @return the transport of this rank, owned by the caller
     * @throws org.bitreduce.CollectiveException if not all of them come
     */
    public static Transport over(Comm comm, Duration deadline) {
        return MpjBootstrap.over(comm, deadline);
    }
}
