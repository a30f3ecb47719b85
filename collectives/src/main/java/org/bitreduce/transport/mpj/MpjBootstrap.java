// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.nio.file.Path;
import java.time.Duration;
import mpi.Comm;
import mpi.MPI;
import org.bitreduce.CollectiveException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.hosts.HostsGroup;
import org.bitreduce.transport.tcp.TcpTransport;

/** From the arguments that mpjrun gives a rank, or from a communicator of MPJ, to a transport; and to a clean end. */
public final class MpjBootstrap {

    private MpjBootstrap() {}

    /**
     * Calls MPI.Init, unless the program has, and joins all ranks of the job. With niodev any thread may call this,
     * otherwise only threads of the rank's own thread group; with hybdev the same goes for the transport.
     *
     * @param args the arguments of main, see {@link MpjArguments}
     * @param deadline how long to wait for the other ranks
     * @return the transport of this rank
     * @throws CollectiveException if they do not come, or MPJ fails
     */
    public static Transport join(String[] args, Duration deadline) {
        long start = System.nanoTime();
        if (!MPI.Initialized()) {
            Patience.call("MPI.Init", deadline, () -> MPI.Init(args));
        }
        return over(MPI.COMM_WORLD, deadline.minusNanos(System.nanoTime() - start));
    }

    /**
     * Joins the ranks of a communicator of MPJ's. All of them call it. Their own messages on it go on beside those of the
     * transport, and never meet them. Ranks that are all in this JVM, as the multicore device has them, share memory;
     * others get TCP connections of their own, and shared memory towards ranks of the same host where not all are of one,
     * unless the system property {@value TransportKind#PROPERTY} says otherwise.
     *
     * @param comm for example MPI.COMM_WORLD, after MPI.Init
     * @param deadline how long to wait for the other ranks
     * @return the transport of this rank
     * @throws CollectiveException if they do not come, or MPJ fails
     */
    public static Transport over(Comm comm, Duration deadline) {
        long start = System.nanoTime();
        MpjDevice device = Patience.call("joining", deadline, () -> MpjDevice.open(comm.mpjdevComm));
        Duration rest = deadline.minusNanos(System.nanoTime() - start);
        if (device.name().equals("smpdev")) {
            return OneJvm.join(device.meeting(), device.rank(), device.size(), rest);
        }
        MpjTransport transport = MpjTransport.meet(device, rest);
        if (TransportKind.asked() == TransportKind.MPJ) {
            return transport;
        }
        TcpTransport tcp =
                TcpOverMpj.join(transport, device.localAddress(), deadline.minusNanos(System.nanoTime() - start));
        String directory = System.getProperty(OneJvm.JOB_DIRECTORY);
        return HostsGroup.join(
                tcp,
                TransportKind.asked(),
                directory == null ? null : Path.of(directory),
                deadline.minusNanos(System.nanoTime() - start));
    }

    /**
     * Ends MPJ: calls MPI.Finalize, which waits for all ranks. Without it the JVM of a rank never ends, because threads
     * of MPJ's keep it alive. To be called once, after the transport is closed, and only if all went well: after a
     * failure MPI.Finalize waits for ever, and only {@link Runtime#halt} ends the JVM.
     *
     * @param deadline how long to wait for the other ranks
     * @return whether MPJ has ended; if not, the caller ends the JVM with {@link Runtime#halt}
     */
    public static boolean finish(Duration deadline) {
        if (!MPI.Initialized()) {
            return true;
        }
        try {
            return Patience.call("MPI.Finalize", deadline, () -> {
                MPI.Finalize();
                return true;
            });
        } catch (CollectiveException e) {
            System.getLogger(MpjBootstrap.class.getName())
                    .log(System.Logger.Level.WARNING, "MPJ does not end: " + e.getMessage());
            return false;
        }
    }
}
