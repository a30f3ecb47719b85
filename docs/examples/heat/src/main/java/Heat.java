// SPDX-License-Identifier: Apache-2.0

import java.util.Arrays;
import mpi.MPI;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Data;
import org.bitreduce.Outcome;
import org.bitreduce.Reduction;

/**
 * The steady heat of a plate whose upper edge is hot, by Jacobi iteration: each rank has some rows. The rows next to another
 * rank's travel by MPJ Express's own point-to-point; the residual's norm is an all-reduce; the field, for a picture say, an
 * all-gather with no more bits than an error of 0.1 % needs.
 */
public final class Heat {

    private static final int ROWS = 64;
    private static final int COLUMNS = 256;
    private static final int HALO_TAG = 7;

    private Heat() {}

    /** Runs on every rank; the first argument is the number of iterations, 400 if there is none. */
    public static void main(String[] args) throws Exception {
        try (Communicator world = Communicator.join(args)) {
            String[] own = world.arguments();
            int iterations = own.length > 0 ? Integer.parseInt(own[0]) : 400;
            // ROWS rows of this rank's, and one more on each side: a neighbour's, or the plate's edge.
            double[] heat = new double[(ROWS + 2) * COLUMNS];
            if (world.rank() == 0) {
                Arrays.fill(heat, 0, COLUMNS, 100);
            }
            for (int i = 1; i <= iterations; i++) {
                exchangeHalos(world, heat);
                double[] squares = {relax(heat)};
                if (i % 100 == 0) {
                    world.allReduce(squares, Reduction.SUM);
                    if (world.rank() == 0) {
                        System.out.printf("iteration %d: residual %.4f%n", i, Math.sqrt(squares[0]));
                    }
                }
            }
            output(world, Data.of(heat).slice(COLUMNS, ROWS * (long) COLUMNS));
        }
    }

    /** Downwards, then upwards; messages of a pair are in order, and these are far below what MPJ buffers. */
    private static void exchangeHalos(Communicator world, double[] heat) throws Exception {
        int up = world.rank() - 1;
        int down = world.rank() + 1 < world.size() ? world.rank() + 1 : -1;
        pass(heat, down, ROWS, up, 0);
        pass(heat, up, 1, down, ROWS + 1);
    }

    private static void pass(double[] heat, int to, int row, int from, int halo) throws Exception {
        if (to >= 0) {
            MPI.COMM_WORLD.Send(heat, row * COLUMNS, COLUMNS, MPI.DOUBLE, to, HALO_TAG);
        }
        if (from >= 0) {
            MPI.COMM_WORLD.Recv(heat, halo * COLUMNS, COLUMNS, MPI.DOUBLE, from, HALO_TAG);
        }
    }

    /** One iteration. {@return the sum of squares of all changes} */
    private static double relax(double[] heat) {
        double[] old = heat.clone();
        double squares = 0;
        for (int row = 1; row <= ROWS; row++) {
            for (int at = row * COLUMNS + 1; at < (row + 1) * COLUMNS - 1; at++) {
                heat[at] = (old[at - 1] + old[at + 1] + old[at - COLUMNS] + old[at + COLUMNS]) / 4;
                squares += (heat[at] - old[at]) * (heat[at] - old[at]);
            }
        }
        return squares;
    }

    /** The field on all ranks, compressed, and once more as it is to tell what that cost. */
    private static void output(Communicator world, Data rows) {
        double[] field = new double[world.size() * ROWS * COLUMNS];
        double[] exact = new double[field.length];
        Outcome few = world.allGather(rows, Data.of(field), Codec.within(1e-3), CallOptions.DEFAULT);
        Outcome all = world.allGather(rows, Data.of(exact), Codec.plain(), CallOptions.DEFAULT);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < field.length; i++) {
            error += (field[i] - exact[i]) * (field[i] - exact[i]);
            norm += exact[i] * exact[i];
        }
        if (world.rank() == 0) {
            System.out.printf(
                    "field: %d bits per element, relative error %.2e (at most 1e-3), %.1f times fewer bytes%n",
                    few.bits(), Math.sqrt(error / norm), (double) all.wireBytes() / few.wireBytes());
        }
    }
}
