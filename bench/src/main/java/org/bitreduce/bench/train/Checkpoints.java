// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.bitreduce.Mode;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.bench.train.checkpoint.Section;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.transport.shm.Host;

/** Turns the state of a run into the sections of a checkpoint and back. Confined to one thread. */
final class Checkpoints {

    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Most generations that are kept or looked at. */
    static final int MOST_KEPT = 16;

    /** Room for texts, headers and the file system's own needs. */
    private static final long MARGIN_BYTES = 1 << 20;

    private static final System.Logger LOGGER = System.getLogger(Checkpoints.class.getName());

    private final CheckpointStore store;
    private final GradientExchange exchange;
    private final String identity;
    private final Progress progress;

    Checkpoints(CheckpointStore store, GradientExchange exchange, String identity, Progress progress) {
        this.store = store;
        this.exchange = exchange;
        this.identity = identity;
        this.progress = progress;
    }

    /**
     * Finds out before the first step whether checkpoints can be written, rather than hours later.
     *
     * @param state of the run
     * @param steps of the whole run
     * @throws LaunchException on all ranks if one of them cannot, saying which, where and why
     */
    void requireRoom(TrainState state, int steps) {
        long vectors = state.parameters.byteSize() * (state.memory == null ? 2 : 3);
        long history = (long) steps * state.history.numbersPerStep() * Double.BYTES;
        Complaint.ifAnyFails(exchange, () -> store.requireRoom(vectors + history + MARGIN_BYTES));
    }

    /**
     * Saves a state on this rank; all ranks save the same steps.
     *
     * @param nanos of training so far
     * @param operation number of the one that comes next when the run goes on
     */
    void save(TrainState state, long nanos, long operation) throws IOException {
        Map<Section, MemorySegment> sections = new EnumMap<>(Section.class);
        sections.put(Section.SETTINGS, text(identity));
        sections.put(
                Section.COUNTERS,
                longs(
                        state.step,
                        operation,
                        nanos,
                        state.earlierSentBytes + exchange.sentBytes(),
                        state.mode == null ? -1 : state.mode.ordinal()));
        sections.put(Section.PARAMETERS, state.parameters);
        sections.put(Section.VELOCITY, state.velocity);
        sections.put(Section.RESIDUAL, state.memory == null ? MemorySegment.NULL : state.memory.residual());
        sections.put(Section.CONTROLLER, text(ControllerText.of(state.layers)));
        sections.put(Section.HISTORY, doubles(state.history.save()));
        store.save(state.step, sections);
    }

    /**
     * Goes back to the newest step that every rank has a whole checkpoint of.
     *
     * @param state untouched if there is no such step
     * @param start what to do then
     * @return the number of the operation that comes next; 0 if there is no such step, which {@code AUTO} allows
     * @throws LaunchException on all ranks if there is no such step, or if one of them finds that its checkpoint is of another
     *     run or cannot be read
     */
    long load(TrainState state, Saving.Start start) {
        long[][] rows = RankTable.gather(exchange, unlessAnyFails(this::wholeOnes));
        long step = newestOfAll(rows);
        if (step < 0) {
            return noneFound(rows, start);
        }
        Map<Section, MemorySegment> sections = unlessAnyFails(() -> ofThisRun(step));
        progress.note("going on after step " + step);
        MemorySegment counters = sections.get(Section.COUNTERS);
        state.step = (int) counters.getAtIndex(LONG, 0);
        state.earlierNanos = counters.getAtIndex(LONG, 2);
        state.earlierSentBytes = counters.getAtIndex(LONG, 3);
        long mode = counters.getAtIndex(LONG, 4);
        state.mode = mode < 0 ? null : Mode.values()[(int) mode];
        state.parameters.copyFrom(sections.get(Section.PARAMETERS));
        state.velocity.copyFrom(sections.get(Section.VELOCITY));
        if (state.memory != null) {
            state.memory.residual().copyFrom(sections.get(Section.RESIDUAL));
        }
        ControllerText.load(string(sections.get(Section.CONTROLLER)), state.layers);
        state.history = History.load(state.layers.size(), numbers(sections.get(Section.HISTORY)));
        return counters.getAtIndex(LONG, 1);
    }

    /** Has every rank read something; hosts may have disks of their own, so the message names the one that cannot. */
    private <T> T unlessAnyFails(Complaint.Attempt<T> reading) {
        String who = "rank %d on host %s: ".formatted(exchange.rank(), Host.NAME);
        return Complaint.unlessAnyFails(exchange, () -> {
            try {
                return reading.make();
            } catch (IOException e) {
                throw new IOException(who + OutputFile.reason(e), e);
            } catch (LaunchException e) {
                throw new LaunchException(e.exitCode(), who + e.getMessage(), e);
            }
        });
    }

    private Map<Section, MemorySegment> ofThisRun(long step) throws IOException {
        Map<Section, MemorySegment> sections = store.load(step);
        Checks.sameRun(string(sections.get(Section.SETTINGS)), identity);
        return sections;
    }

    /** {@return the steps of this rank's newest checkpoints that can be read, then -1; what cannot is named and passed over} */
    private long[] wholeOnes() throws IOException {
        long[] whole = new long[MOST_KEPT];
        Arrays.fill(whole, -1);
        int found = 0;
        for (long step : store.steps().stream().limit(MOST_KEPT).toList()) {
            try {
                store.verify(step);
                whole[found++] = step;
            } catch (IOException damaged) {
                LOGGER.log(System.Logger.Level.WARNING, OutputFile.reason(damaged) + "; it is passed over");
            }
        }
        return whole;
    }

    private static long newestOfAll(long[][] rows) {
        return Arrays.stream(rows[0])
                .filter(step -> step >= 0)
                .filter(step ->
                        Arrays.stream(rows).allMatch(row -> Arrays.stream(row).anyMatch(other -> other == step)))
                .max()
                .orElse(-1);
    }

    private long noneFound(long[][] rows, Saving.Start start) {
        StringBuilder have = new StringBuilder("no step has a whole checkpoint of every rank:");
        for (int r = 0; r < rows.length; r++) {
            have.append(rows[r][0] < 0 ? " rank %d none;".formatted(r) : " rank %d step %d;".formatted(r, rows[r][0]));
        }
        if (start == Saving.Start.AUTO) {
            progress.note(have + " the run starts at the first step");
            return 0;
        }
        throw new LaunchException(
                ExitCode.DATA,
                have + " was the run stopped before the first checkpoint, or started without any?"
                        + " --resume auto would start it again");
    }

    private static MemorySegment text(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String string(MemorySegment section) {
        return new String(section.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static MemorySegment longs(long... values) {
        MemorySegment section = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
        MemorySegment.copy(values, 0, section, LONG, 0, values.length);
        return section;
    }

    private static MemorySegment doubles(double... values) {
        MemorySegment section = MemorySegment.ofArray(new byte[values.length * Double.BYTES]);
        MemorySegment.copy(values, 0, section, DOUBLE, 0, values.length);
        return section;
    }

    private static double[] numbers(MemorySegment section) {
        double[] values = new double[(int) (section.byteSize() / Double.BYTES)];
        MemorySegment.copy(section, DOUBLE, 0, values, 0, values.length);
        return values;
    }
}
