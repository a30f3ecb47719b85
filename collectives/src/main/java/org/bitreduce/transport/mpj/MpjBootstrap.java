// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import java.util.Arrays;
import mpi.Comm;
import mpi.MPI;
import org.bitreduce.CollectiveException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportKind;

/** From the arguments that mpjrun gives a rank, or from a communicator of MPJ, to a transport; and to a clean end. */
public final class MpjBootstrap {

    private static final int MPJ_ARGUMENTS = 3;
    private static final int MPJ_HYBRID_ARGUMENTS = 8;

    private MpjBootstrap() {}

    /**
     * Recognises what mpjrun passes to main: {@code [rank, size, "smpdev", …]}, {@code [rank, configuration, "niodev",
     * …]} or {@code [thread, threads, "hybdev", size, hosts, host, configuration, "niodev", …]}.
     *
     * @param args the arguments of main
     * @return whether mpjrun has started this rank
     */
    public static boolean startedByMpjrun(String[] args) {
        if (args.length < MPJ_ARGUMENTS || !isNumber(args[0])) {
            return false;
        }
        return switch (args[2]) {
            case "smpdev" -> isNumber(args[1]);
            case "niodev" -> args[1].contains("#Number of Processes;");
            case "hybdev" -> args.length >= MPJ_HYBRID_ARGUMENTS && isNumber(args[1]) && isNumber(args[3]);
            default -> false;
        };
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Takes MPJ's own arguments away, as MPI.Init does.
     *
     * @param args the arguments of main, of a rank that mpjrun has started
     * @return what the user has passed
     */
    public static String[] applicationArguments(String[] args) {
        int own = args[2].equals("hybdev") ? MPJ_HYBRID_ARGUMENTS : MPJ_ARGUMENTS;
        return Arrays.copyOfRange(args, Math.min(own, args.length), args.length);
    }

    /**
     * Calls MPI.Init, unless the program has, and joins all ranks of the job. With niodev any thread may call this,
     * otherwise only threads of the rank's own thread group; with hybdev the same goes for the transport.
     *
     * @param args the arguments of main, see {@link #startedByMpjrun}
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
     * others get TCP connections of their own, unless the system property {@value TransportKind#PROPERTY} is {@code mpj}.
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
        return TransportKind.asked() == TransportKind.MPJ
                ? transport
                : TcpOverMpj.join(transport, device.localAddress(), deadline.minusNanos(System.nanoTime() - start));
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
