// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.bitreduce.CallOptions;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Outcome;
import org.bitreduce.Reduction;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.dqsgd.ErrorFeedback;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.dqsgd.StepController;

/**
 * Recorded gradients through the real collectives: as many ranks as were recorded, as threads, each gradient as one vector.
 *
 * @param recording open; read by all ranks at once
 * @param steps indexes of the recorded steps that are used, whole ones, ascending
 */
record Replay(RecordingFile recording, List<Long> steps) {

    Replay {
        steps = List.copyOf(steps);
    }

    /**
     * What a method made of a step.
     *
     * @param step of the run, from 1
     * @param bits per element
     * @param squaredError of the mean that ranks got, against that of the recorded gradients in double; NaN for votes
     * @param squaredNorm of that mean in double
     * @param bytes that rank 0 sent
     */
    record Row(long step, int bits, double squaredError, double squaredNorm, long bytes) {

        double relativeError() {
            return Math.sqrt(squaredError / squaredNorm);
        }
    }

    /** {@return a row per recorded step} */
    List<Row> run(Method method, Mode mode) throws ExecutionException, InterruptedException {
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(recording.shape().seed());
        return ThreadGroupOfRanks.run(recording.shape().ranks(), options, rank -> replay(rank, method, mode))
                .getFirst();
    }

    private List<Row> replay(Communicator communicator, Method method, Mode mode) throws IOException {
        long count = recording.shape().count();
        MemorySegment gradient = communicator.allocate(count * Float.BYTES);
        StepController controller = method.controller(steps.size());
        List<Row> rows = new ArrayList<>();
        try (ErrorFeedback memory = method.errorFeedback() ? new ErrorFeedback(count) : null) {
            CallOptions call = CallOptions.DEFAULT.withMode(mode == null ? method.usualMode() : mode);
            call = memory == null ? call : call.withResidual(memory.residual());
            for (long index : steps) {
                gradient.copyFrom(recording.gradient(index, communicator.rank()));
                method.transform().apply(gradient);
                long before = communicator.traffic().sentBytes();
                Outcome outcome = communicator.allReduce(
                        gradient, gradient, count, ElementType.FLOAT, Reduction.MEAN, controller.codec(), call);
                long bytes = communicator.traffic().sentBytes() - before;
                controller.learn(gradient);
                if (communicator.rank() == 0) {
                    rows.add(row(index, outcome.bits(), bytes, gradient, method.isVote()));
                }
            }
        }
        return rows;
    }

    private Row row(long index, int bits, long bytes, MemorySegment mean, boolean vote) {
        int ranks = recording.shape().ranks();
        MemorySegment[] gradients = new MemorySegment[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            gradients[rank] = recording.gradient(index, rank);
        }
        double error = 0;
        double norm = 0;
        for (long i = 0; i < recording.shape().count(); i++) {
            double exact = 0;
            for (MemorySegment one : gradients) {
                exact += one.getAtIndex(JAVA_FLOAT, i);
            }
            exact /= ranks;
            double difference = mean.getAtIndex(JAVA_FLOAT, i) - exact;
            error += difference * difference;
            norm += exact * exact;
        }
        return new Row(recording.step(index), bits, vote ? Double.NaN : error, norm, bytes);
    }
}
