// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.bench.train.data.SyntheticTask;
import org.bitreduce.bench.train.data.TextData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real communicator, ranks as threads. */
class CompareTest {

    private static final TextData DATA = SyntheticTask.make(480, 240);

    @TempDir
    private Path folder;

    private static TrainResult train(int ranks, String... words) throws Exception {
        TrainSettings settings = TrainOptions.parse(List.of(words)).settings();
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(settings.seed()).withDeadline(settings.deadline());
        List<TrainResult> results = ThreadGroupOfRanks.run(
                ranks,
                options,
                communicator -> new TrainRun(new CommunicatorExchange(communicator), DATA, settings, Progress.SILENT)
                        .run(Saving.NONE));
        assertEquals(results.getFirst().parametersSha256(), results.getLast().parametersSha256());
        return results.getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fp32",
                "dqsgd:4",
                "fixed:2",
                "qsgd:6",
                "terngrad",
                "ef-signsgd",
                "signsgd",
                "adaptive",
                "adaqs",
                "dqsgd-error:0.3",
                "fixed:2.5"
            })
    void everyMethodLearns(String method) throws Exception {
        TrainResult result = train(2, "--task=synthetic", "--method=" + method, "--epochs=6");
        assertTrue(result.last().testAccuracy() > 0.8, method + ": " + result.last());
        assertTrue(result.gradientBytes() > 0);
        assertTrue(result.ranks().getFirst().allBytes()
                >= result.ranks().getFirst().gradientBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"twoshot", "exact", "gather"})
    void everyModeIsRepeatable(String mode) throws Exception {
        String[] words = {"--task=synthetic", "--method=fixed:4", "--epochs=2", "--mode=" + mode};
        assertEquals(train(3, words).parametersSha256(), train(3, words).parametersSha256());
    }

    @Test
    void resumedRunEndsLikeAnUninterruptedOne() throws Exception {
        String[] words = {"--task=synthetic", "--method=dqsgd:3", "--error-feedback", "--epochs=2"};
        String whole = train(2, words).parametersSha256();
        // 20 of 30 steps, in the middle of the second epoch.
        ExecutionException stopped = assertThrows(ExecutionException.class, () -> checkpointed(false, 20, words));
        assertEquals("stopped", stopped.getCause().getMessage());
        assertEquals(whole, checkpointed(true, Integer.MAX_VALUE, words).parametersSha256());
    }

    private TrainResult checkpointed(boolean resume, int stopAt, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--checkpoint-every=7");
        TrainSettings settings = TrainOptions.parse(all).settings();
        Progress stop = new Progress() {
            @Override
            public void step(TrainState state, int steps, int epoch) {
                if (state.step == stopAt) {
                    throw new IllegalStateException("stopped");
                }
            }
        };
        return ThreadGroupOfRanks.run(
                        2,
                        CommunicatorOptions.DEFAULT,
                        communicator -> new TrainRun(new CommunicatorExchange(communicator), DATA, settings, stop)
                                .run(Saving.in(folder, resume ? Saving.Start.RESUME : Saving.Start.NEW)))
                .getFirst();
    }

    @Test
    void failureOfARankComesOut() {
        ExecutionException failed = assertThrows(
                ExecutionException.class,
                () -> ThreadGroupOfRanks.run(3, CommunicatorOptions.DEFAULT, communicator -> {
                    if (communicator.rank() == 1) {
                        throw new IOException("no more");
                    }
                    communicator.barrier();
                    return "";
                }));
        assertEquals("no more", failed.getCause().getMessage());
    }

    @Test
    void pairedIntervalMatchesTheTable() {
        // Differences 1, 2, 3, 4: mean 2.5, s = 1.290994, t(3; 0.975) = 3.182446.
        Interval difference = Interval.ofDifferences(new double[] {2, 4, 6, 8}, new double[] {1, 2, 3, 4});
        assertEquals(2.5, difference.mean(), 1e-12);
        assertEquals(3.182446 * 1.290994 / 2, difference.halfWidth(), 1e-5);
        assertEquals(Interval.Verdict.BETTER, difference.whereMoreIsBetter());
        assertEquals(Interval.Verdict.WORSE, difference.whereLessIsBetter());
        assertEquals(
                Interval.Verdict.NONE_SHOWN,
                Interval.ofDifferences(new double[] {1, 2}, new double[] {2, 1}).whereMoreIsBetter());
        assertEquals(Interval.Verdict.NONE_SHOWN, Interval.of(0, 0, 0).whereLessIsBetter());
        assertEquals(Interval.Verdict.ONE_SEED, Interval.of(1).whereMoreIsBetter());
        assertTrue(Double.isNaN(Interval.of(1).halfWidth()));
        assertThrows(IllegalArgumentException.class, () -> Interval.ofDifferences(new double[1], new double[2]));
        assertThrows(IllegalArgumentException.class, () -> Interval.of());
    }
}
