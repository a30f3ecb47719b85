// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import mpi.MPI;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;

/** Half round trips between rank 0 and rank 1, through the transport and through MPJ's own Send and Recv. */
final class MpjPingPong {

    private static final int REPETITIONS = 9;

    private final Transport transport;
    private final int rank;

    MpjPingPong(Transport transport) {
        this.transport = transport;
        this.rank = transport.rank();
    }

    /** Makes one round trip. */
    private interface RoundTrip {
        void run();
    }

    void run() {
        if (rank > 1) {
            return;
        }
        for (int bytes : new int[] {64, 4096, 65_536, 1 << 20, 16 << 20}) {
            MessageBuffer out = transport.allocate(bytes);
            MessageBuffer in = transport.allocate(bytes);
            Request sending = transport.newRequest();
            Request receiving = transport.newRequest();
            byte[] array = new byte[bytes];
            int rounds = bytes <= 65_536 ? 500 : bytes <= 1 << 20 ? 50 : 5;
            measure("transport", bytes, rounds, () -> exchange(out, in, bytes, sending, receiving));
            measure("Send, Recv", bytes, rounds, () -> exchange(array));
            out.close();
            in.close();
        }
    }

    private void measure(String name, int bytes, int rounds, RoundTrip trip) {
        repeat(trip, 2 * rounds);
        double[] micros = new double[REPETITIONS];
        for (int i = 0; i < micros.length; i++) {
            long start = System.nanoTime();
            repeat(trip, rounds);
            micros[i] = (System.nanoTime() - start) / 1e3 / rounds / 2;
        }
        Arrays.sort(micros);
        double median = micros[REPETITIONS / 2];
        if (rank == 0) {
            System.out.printf(
                    "BENCH %-10s %9d B %9.1f us %7.2f GB/s (best %.1f us)%n",
                    name, bytes, median, bytes / median / 1e3, micros[0]);
        }
    }

    private static void repeat(RoundTrip trip, int rounds) {
        for (int i = 0; i < rounds; i++) {
            trip.run();
        }
    }

    private void exchange(MessageBuffer out, MessageBuffer in, int bytes, Request sending, Request receiving) {
        int peer = 1 - rank;
        transport.receive(receiving, peer, 0, in);
        if (rank == 0) {
            transport.send(sending, peer, 0, out, bytes);
        }
        await(receiving);
        receiving.release();
        if (rank == 1) {
            transport.send(sending, peer, 0, out, bytes);
        }
        await(sending);
    }

    private void exchange(byte[] array) {
        if (rank == 0) {
            MPI.COMM_WORLD.Send(array, 0, array.length, MPI.BYTE, 1, 0);
            MPI.COMM_WORLD.Recv(array, 0, array.length, MPI.BYTE, 1, 0);
        } else {
            MPI.COMM_WORLD.Recv(array, 0, array.length, MPI.BYTE, 0, 0);
            MPI.COMM_WORLD.Send(array, 0, array.length, MPI.BYTE, 0, 0);
        }
    }

    private void await(Request request) {
        for (int idle = 0; !request.isDone(); idle++) {
            if (transport.progress()) {
                idle = 0;
            } else if (idle > 100) {
                // MPJ's threads need a core as well.
                LockSupport.parkNanos(10_000);
            }
        }
    }
}
