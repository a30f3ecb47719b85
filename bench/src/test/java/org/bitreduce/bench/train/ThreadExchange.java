// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CodecChooser;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Outcome;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.codec.Draws;

/** A slow, plain exchange between threads, with one rounding against the vector's norm. Counts made-up bytes. */
final class ThreadExchange implements GradientExchange {

    /** What a rank does. */
    interface Body<T> {
        T run(GradientExchange exchange) throws Exception;
    }

    private final Object[] board;
    private final CyclicBarrier barrier;
    private final int rank;
    private long operation;
    private long sent;

    private ThreadExchange(Object[] board, CyclicBarrier barrier, int rank) {
        this.board = board;
        this.barrier = barrier;
        this.rank = rank;
    }

    /** Runs a body on some ranks. {@return what each returned} An exception of a rank comes out, and ends the others. */
    static <T> List<T> run(int ranks, Body<T> body) throws Exception {
        Object[] board = new Object[ranks];
        CyclicBarrier barrier = new CyclicBarrier(ranks);
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int r = 0; r < ranks; r++) {
                ThreadExchange exchange = new ThreadExchange(board, barrier, r);
                Callable<T> call = () -> body.run(exchange);
                futures.add(threads.submit(call));
            }
            for (Future<T> future : futures) {
                try {
                    results.add(future.get());
                } catch (ExecutionException failed) {
                    threads.shutdownNow();
                    throw failed.getCause() instanceof Exception cause ? cause : failed;
                }
            }
        }
        return results;
    }

    /** Shows every rank's value to all, in rank order. */
    private List<Object> show(Object mine) {
        try {
            board[rank] = mine;
            barrier.await();
            List<Object> all = new ArrayList<>(List.of(board));
            barrier.await();
            operation++;
            return all;
        } catch (InterruptedException | BrokenBarrierException gone) {
            throw new IllegalStateException("another rank has gone", gone);
        }
    }

    @Override
    public Outcome average(MemorySegment gradient, CodecChooser chooser, CallOptions options) {
        float[] mine = gradient.toArray(ValueLayout.JAVA_FLOAT);
        long number = operation;
        float[] carried = options.residual() == null
                ? new float[mine.length]
                : options.residual().toArray(ValueLayout.JAVA_FLOAT);
        double max = 0;
        for (int i = 0; i < mine.length; i++) {
            mine[i] += carried[i];
            max = Math.max(max, Math.abs(mine[i]));
        }
        double norm = 0;
        for (Object other : show(max)) {
            norm = Math.max(norm, (Double) other);
        }
        Codec codec = chooser.choose(AgreedStatistics.of(size(), number, mine.length, norm, norm));
        float[] rounded = mine.clone();
        Draws draws = Draws.of(1, number, options.stream(), 0, rank);
        for (int i = 0; i < mine.length && !codec.isPlain() && norm > 0; i++) {
            double level = Math.abs(mine[i]) / norm * codec.levels();
            double up = Math.floor(level + draws.draw(i) / 65536.0);
            rounded[i] = (float) (Math.copySign(up, mine[i]) * norm / codec.levels());
            if (codec.norm() == Norm.UNIT) {
                rounded[i] = mine[i] < 0 ? -1 : 1;
            }
        }
        if (options.residual() != null) {
            for (int i = 0; i < mine.length; i++) {
                options.residual().setAtIndex(ValueLayout.JAVA_FLOAT, i, mine[i] - rounded[i]);
            }
        }
        float[] sum = new float[mine.length];
        for (Object other : show(rounded)) {
            float[] values = (float[]) other;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, sum[i] / size());
        }
        sent += (size() - 1L) * (mine.length * (long) codec.bits() / 8);
        return new Outcome(codec, Mode.GATHER, operation - 1, sent, 1, norm, norm, 0, 1_000, 3_000, Algorithm.DIRECT);
    }

    @Override
    public UnderWay begin(MemorySegment gradient, CodecChooser codec, CallOptions options) {
        Outcome outcome = average(gradient, codec, options);
        return () -> outcome;
    }

    @Override
    public void sum(double[] values) {
        double[] total = new double[values.length];
        for (Object other : show(values.clone())) {
            for (int i = 0; i < total.length; i++) {
                total[i] += ((double[]) other)[i];
            }
        }
        System.arraycopy(total, 0, values, 0, total.length);
    }

    @Override
    public void sum(long[] values) {
        long[] total = new long[values.length];
        for (Object other : show(values.clone())) {
            for (int i = 0; i < total.length; i++) {
                total[i] += ((long[]) other)[i];
            }
        }
        System.arraycopy(total, 0, values, 0, total.length);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return board.length;
    }

    @Override
    public String transportName() {
        return "threads-for-tests";
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }

    @Override
    public long sentBytes() {
        return sent;
    }

    @Override
    public long nextOperation() {
        return operation;
    }

    @Override
    public void resumeAt(long next) {
        operation = next;
    }
}
