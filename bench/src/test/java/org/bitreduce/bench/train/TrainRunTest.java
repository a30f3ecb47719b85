// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bitreduce.CallOptions;
import org.bitreduce.CodecChooser;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.Outcome;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.data.SyntheticTask;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StopRequest;
import org.bitreduce.launch.StoppedException;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainRunTest {

    private static final TextData DATA = SyntheticTask.make(480, 240);

    @TempDir
    private Path folder;

    private static TrainSettings settings(String... more) {
        return TrainOptions.parse(Stream.concat(
                                Stream.of("--task=synthetic", "--epochs=8", "--batch=8", "--lr=4"), Stream.of(more))
                        .toList())
                .settings();
    }

    private static TrainResult train(int ranks, TrainSettings settings) throws Exception {
        return ThreadExchange.run(
                        ranks, exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT).run(Saving.NONE))
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "fixed:4", "dqsgd:4", "ef-signsgd", "signsgd"})
    void learns(String method) throws Exception {
        TrainResult result =
                train(3, settings("--method=" + method, method.equals("signsgd") ? "--lr=0.01" : "--lr=4"));
        assertTrue(result.last().testAccuracy() > 0.85, method + ": " + result.last());
        assertEquals(8 * (480 / 24), result.history().steps());
        assertEquals(8, result.history().epochs().size());
    }

    @Test
    void sameSeedGivesSameBitsAndAnotherSeedOthers() throws Exception {
        String first = train(3, settings("--method=fixed:4")).parametersSha256();
        assertEquals(first, train(3, settings("--method=fixed:4")).parametersSha256());
        assertNotEquals(
                first, train(3, settings("--method=fixed:4", "--seed=2")).parametersSha256());
        assertNotEquals(first, train(3, settings("--method=fixed:5")).parametersSha256());
    }

    @Test
    void dqsgdKeepsItsBudget() throws Exception {
        TrainResult result = train(2, settings("--method=dqsgd:4"));
        assertTrue(result.averageBits() <= 4 && result.averageBits() > 3.8, "average bits " + result.averageBits());
    }

    @Test
    void lossesAreThoseOfAllRanks() throws Exception {
        List<TrainResult> results = ThreadExchange.run(
                3, exchange -> new TrainRun(exchange, DATA, settings(), Progress.SILENT).run(Saving.NONE));
        for (int step = 0; step < results.getFirst().history().steps(); step++) {
            double loss = results.getFirst().history().get(step, Column.LOSS_SUM);
            assertEquals(loss, results.get(2).history().get(step, Column.LOSS_SUM));
        }
        // Before anything is learnt, each of the four classes has probability 1/4.
        double first = results.getFirst().history().get(0, Column.LOSS_SUM) / 24;
        assertEquals(Math.log(4), first, 0.1);
    }

    /** Rounding depends on how the gradient is cut; plain sums in rank order do not. */
    @Test
    void overlapChangesRoundingOnly() throws Exception {
        TrainResult off = train(3, settings("--method=fp32"));
        TrainResult on = train(3, settings("--method=fp32", "--overlap=on"));
        assertEquals(off.parametersSha256(), on.parametersSha256());
        assertEquals(List.of("model"), off.layers().stream().map(Layer::name).toList());
        assertEquals(
                List.of("output", "embeddings0"),
                on.layers().stream().map(Layer::name).toList());
        assertNotEquals(
                train(3, settings("--method=fixed:4")).parametersSha256(),
                train(3, settings("--method=fixed:4", "--overlap=on")).parametersSha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dqsgd:4", "terngrad", "signsgd", "fixed:3/error-feedback=true"})
    void whatIsHiddenHasTheSameBits(String method) throws Exception {
        TrainSettings settings = settings(
                "--method=" + method, "--overlap=on", "--epochs=2", method.equals("signsgd") ? "--lr=0.01" : "--lr=4");
        String overlapped = trainOverTransport(settings, exchange -> exchange);
        assertEquals(overlapped, trainOverTransport(settings, TrainRunTest::oneCallAfterTheOther));
    }

    private static String trainOverTransport(TrainSettings settings, UnaryOperator<GradientExchange> as)
            throws Exception {
        return ThreadGroupOfRanks.run(
                        3,
                        CommunicatorOptions.DEFAULT.withDeadline(Duration.ofSeconds(30)),
                        communicator -> new TrainRun(
                                        as.apply(new CommunicatorExchange(communicator)),
                                        DATA,
                                        settings,
                                        Progress.SILENT)
                                .run(Saving.NONE))
                .getFirst()
                .parametersSha256();
    }

    /** {@return an exchange that ends what it begins} */
    private static GradientExchange oneCallAfterTheOther(GradientExchange exchange) {
        return (GradientExchange) Proxy.newProxyInstance(
                GradientExchange.class.getClassLoader(),
                new Class<?>[] {GradientExchange.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("begin")) {
                        return method.invoke(exchange, arguments);
                    }
                    Outcome outcome = exchange.average(
                            (MemorySegment) arguments[0], (CodecChooser) arguments[1], (CallOptions) arguments[2]);
                    GradientExchange.UnderWay over = () -> outcome;
                    return over;
                });
    }

    /** The layers after the one that fails are waited for, and the failure that comes out is the first one. */
    @Test
    void aDivergingLayerEndsTheRunOnAllRanks() {
        ExecutionException e = assertThrows(
                ExecutionException.class,
                () -> trainOverTransport(
                        settings("--method=fixed:4", "--overlap=on", "--lr=1000000"), exchange -> exchange));
        assertInstanceOf(NonFiniteException.class, e.getCause());
    }

    @Test
    void everyLayerHasBitsOfItsOwn() throws Exception {
        TrainResult result = train(2, settings("--method=dqsgd:4", "--overlap=on"));
        History history = result.history();
        assertEquals(2, history.layers());
        boolean differ = false;
        double[] average = new double[2];
        for (int step = 0; step < history.steps(); step++) {
            int output = history.layerBits(step, 0);
            int embeddings = history.layerBits(step, 1);
            average[0] += (double) output / history.steps();
            average[1] += (double) embeddings / history.steps();
            double bits = history.get(step, Column.BITS);
            assertTrue(bits >= Math.min(output, embeddings) && bits <= Math.max(output, embeddings), "bits " + bits);
            differ |= output != embeddings;
        }
        assertTrue(differ, "each layer has a controller of its own");
        for (double layer : average) {
            assertTrue(layer <= 4 && layer > 3.8, "average bits of a layer: " + layer);
        }
        assertTrue(result.averageBits() <= 4 && result.last().testAccuracy() > 0.85, result.last()::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dqsgd:4",
                "fixed:3/error-feedback=true",
                "dqsgd:4 --overlap=on",
                "fixed:3/error-feedback=true --overlap=on"
            })
    void resumedRunEndsLikeAnUninterruptedOne(String words) throws Exception {
        String[] method = ("--method=" + words).split(" ");
        TrainSettings settings = settings(Stream.concat(Stream.of(method), Stream.of("--checkpoint-every=30"))
                .toArray(String[]::new));
        String whole = train(3, settings(method)).parametersSha256();
        assertThrows(Stopped.class, () -> runUntil(3, settings, 100));
        // 90 is in the middle of the fifth epoch; 60 is the generation before.
        assertEquals(3 * 2, files().size(), files()::toString);
        TrainResult resumed = ThreadExchange.run(
                        3,
                        exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT)
                                .run(Saving.in(folder, Saving.Start.RESUME)))
                .getFirst();
        assertEquals(whole, resumed.parametersSha256());
        assertEquals(160, resumed.history().steps());
        // What was sent before and after, and not what the stopped run sent after its last checkpoint.
        long most = 160L * 2 * 4 * resumed.parameterCount();
        for (TrainResult.RankReport rank : resumed.ranks()) {
            assertTrue(rank.allBytes() >= rank.gradientBytes() && rank.allBytes() < most, resumed.ranks()::toString);
        }
    }

    /** One rank is asked; all stop at one step, whatever it is, and the run goes on as if nothing had happened. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47, 159})
    void stopsWhereAllAgreeAndGoesOn(int step) throws Exception {
        TrainSettings settings = settings("--method=dqsgd:4/error-feedback=true", "--checkpoint-every=0");
        StoppedException e = assertThrows(StoppedException.class, () -> runAsked(settings, step));
        assertEquals("stopped after step %d of 160 by %s".formatted(step, "a request to another rank"), e.getMessage());
        assertEquals(3, files().size(), files()::toString);
        TrainResult resumed = ThreadExchange.run(
                        3,
                        exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT)
                                .run(Saving.in(folder, Saving.Start.AUTO)))
                .getFirst();
        assertEquals(train(3, settings).parametersSha256(), resumed.parametersSha256());
        assertEquals(160, resumed.history().steps());
    }

    /** Something is in the way of rank 1's checkpoint, at the end too and where the run was to stop: all ranks say so at once. */
    @ParameterizedTest
    @CsvSource({"60, 1000", "160, 1000", "47, 47"})
    void aCheckpointThatFailsEndsTheRunAndTheOneBeforeServes(int step, int asked) throws Exception {
        TrainSettings settings = settings("--method=dqsgd:4/error-feedback=true", "--checkpoint-every=20");
        Path obstacle = folder.resolve("step-%012d-rank-1-of-3.ckpt.part".formatted(step));
        Files.createDirectories(obstacle.resolve("not empty"));
        List<LaunchException> refusals = ThreadExchange.run(3, exchange -> {
            int[] steps = new int[1];
            StopRequest request = () -> steps[0]++ >= asked ? "SIGTERM" : "";
            TrainRun run = new TrainRun(exchange, DATA, settings, Progress.SILENT);
            return assertThrows(LaunchException.class, () -> run.run(new Saving(folder, Saving.Start.NEW, 2, request)));
        });
        String expected = "rank 1 on host %s cannot write the checkpoint of step %d: file=%s, cause="
                .formatted(Host.NAME, step, folder.resolve("step-%012d-rank-1-of-3.ckpt".formatted(step)));
        for (LaunchException refusal : refusals) {
            assertEquals(ExitCode.INPUT_OUTPUT, refusal.exitCode());
            assertTrue(refusal.getMessage().startsWith(expected), refusal::getMessage);
            assertTrue(refusal.getMessage().contains("is untouched: mend that and go on by"), refusal::getMessage);
            assertEquals(refusals.getFirst().getMessage(), refusal.getMessage());
        }
        Files.delete(obstacle.resolve("not empty"));
        Files.delete(obstacle);
        TrainResult resumed = ThreadExchange.run(
                        3,
                        exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT)
                                .run(Saving.in(folder, Saving.Start.AUTO)))
                .getFirst();
        assertEquals(train(3, settings).parametersSha256(), resumed.parametersSha256());
    }

    /** Rank 1 alone is asked, before the step that follows so many. */
    private void runAsked(TrainSettings settings, int step) throws Exception {
        ThreadExchange.run(3, exchange -> {
            int[] asked = new int[1];
            StopRequest request = () -> exchange.rank() == 1 && asked[0]++ >= step ? "SIGTERM" : "";
            Saving saving = new Saving(folder, Saving.Start.NEW, 2, request);
            return new TrainRun(exchange, DATA, settings, Progress.SILENT).run(saving);
        });
    }

    @Test
    void autoStartsAnewWhereNothingIsWholeOnAllRanks() throws Exception {
        TrainSettings settings = settings("--method=fixed:4", "--checkpoint-every=50");
        assertThrows(Stopped.class, () -> runUntil(2, settings, 70));
        Files.write(folder.resolve("step-000000000050-rank-1-of-2.ckpt"), new byte[10]);
        List<String> notes = new CopyOnWriteArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
        Saving auto = new Saving(folder, Saving.Start.AUTO, 3, StopRequest.NEVER);
        List<TrainResult> results =
                ThreadExchange.run(2, exchange -> new TrainRun(exchange, DATA, settings, progress).run(auto));
        assertEquals(
                train(2, settings("--method=fixed:4")).parametersSha256(),
                results.getFirst().parametersSha256());
        assertTrue(notes.getFirst().endsWith("rank 0 step 50; rank 1 none; the run starts at the first step"));
        assertEquals(2 * 3, files().size(), files()::toString);
    }

    @Test
    void damagedCheckpointOfOneRankMakesAllGoBackAGeneration() throws Exception {
        TrainSettings settings = settings("--method=fixed:4", "--checkpoint-every=30");
        assertThrows(Stopped.class, () -> runUntil(3, settings, 100));
        Path newest = folder.resolve("step-000000000090-rank-1-of-3.ckpt");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 4;
        Files.write(newest, bytes);
        TrainResult resumed = ThreadExchange.run(
                        3,
                        exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT)
                                .run(Saving.in(folder, Saving.Start.RESUME)))
                .getFirst();
        assertEquals(train(3, settings("--method=fixed:4")).parametersSha256(), resumed.parametersSha256());
    }

    @Test
    void checkpointOfAnotherRunIsRefused() throws Exception {
        TrainSettings settings = settings("--checkpoint-every=30");
        assertThrows(Stopped.class, () -> runUntil(2, settings, 40));
        Exception refused = assertThrows(LaunchException.class, () -> resume(2, settings("--lr=3")));
        assertEquals(
                "rank 0 on host %s: the checkpoint is of another run: it has lr=4.0, this run has lr=3.0; ranks [1] complain too"
                        .formatted(Host.NAME),
                refused.getMessage());
        Exception missing = assertThrows(LaunchException.class, () -> resume(3, settings));
        assertTrue(missing.getMessage().startsWith("no step has a whole checkpoint of every rank: rank 0 none;"));
    }

    /** As on disks of their own: the one rank that finds it is heard by all. */
    @Test
    void checkpointOfAnotherRunOnOneRankEndsAll() throws Exception {
        Path file = folder.resolve("step-000000000030-rank-1-of-2.ckpt");
        assertThrows(Stopped.class, () -> runUntil(2, settings("--checkpoint-every=30", "--lr=3"), 40));
        byte[] other = Files.readAllBytes(file);
        TrainSettings settings = settings("--checkpoint-every=30");
        assertThrows(Stopped.class, () -> runUntil(2, settings, 40));
        Files.write(file, other);
        List<LaunchException> refusals = ThreadExchange.run(2, exchange -> {
            TrainRun run = new TrainRun(exchange, DATA, settings, Progress.SILENT);
            return assertThrows(LaunchException.class, () -> run.run(Saving.in(folder, Saving.Start.RESUME)));
        });
        String expected = "rank 1 on host %s: the checkpoint is of another run: it has lr=3.0, this run has lr=4.0"
                .formatted(Host.NAME);
        for (LaunchException refusal : refusals) {
            assertEquals(expected, refusal.getMessage());
            assertEquals(ExitCode.USAGE, refusal.exitCode());
        }
    }

    @Test
    void ranksWithOtherDataAreFound() {
        Exception found = assertThrows(
                MismatchException.class,
                () -> ThreadExchange.run(
                        2,
                        exchange -> new TrainRun(
                                        exchange,
                                        exchange.rank() == 0 ? DATA : SyntheticTask.make(481, 240),
                                        settings(),
                                        Progress.SILENT)
                                .run(Saving.NONE)));
        assertTrue(found.getMessage().startsWith("the training data (its checksums) differ between ranks: rank 0 has"));
    }

    private void resume(int ranks, TrainSettings settings) throws Exception {
        ThreadExchange.run(
                ranks,
                exchange -> new TrainRun(exchange, DATA, settings, Progress.SILENT)
                        .run(Saving.in(folder, Saving.Start.RESUME)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Ends a run in the middle of a step. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void runUntil(int ranks, TrainSettings settings, int step) throws Exception {
        Progress stop = new Progress() {
            @Override
            public void step(TrainState state, int steps, int epoch) {
                if (state.step == step) {
                    throw new Stopped();
                }
            }
        };
        ThreadExchange.run(
                ranks,
                exchange -> new TrainRun(exchange, DATA, settings, stop).run(Saving.in(folder, Saving.Start.NEW)));
    }
}
