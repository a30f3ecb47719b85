// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitreduce.Mode;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.bench.train.checkpoint.Section;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** Turns the state of a run into the sections of a checkpoint and back. Confined to one thread. */
final class Checkpoints {

    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final System.Logger LOGGER = System.getLogger(Checkpoints.class.getName());

    private final CheckpointStore store;
    private final GradientExchange exchange;
    private final String identity;

    Checkpoints(CheckpointStore store, GradientExchange exchange, String identity) {
        this.store = store;
        this.exchange = exchange;
        this.identity = identity;
    }

    /** Saves a state on this rank; all ranks save the same steps. */
    void save(TrainState state, long nanos) throws IOException {
        Map<Section, MemorySegment> sections = new EnumMap<>(Section.class);
        sections.put(Section.SETTINGS, text(identity));
        sections.put(
                Section.COUNTERS,
                longs(
                        state.step,
                        exchange.nextOperation(),
                        nanos,
                        state.earlierSentBytes + exchange.sentBytes(),
                        state.mode.ordinal()));
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
     * @return the number of the operation that comes next
     * @throws LaunchException on all ranks if there is no such step, or if it is of another run
     */
    long load(TrainState state) throws IOException {
        Map<Long, Map<Section, MemorySegment>> whole = wholeOnes();
        long[] mine = {-1, -1};
        int i = 0;
        for (long step : whole.keySet()) {
            mine[i++] = step;
        }
        Map<Section, MemorySegment> sections = whole.get(newestOfAll(RankTable.gather(exchange, mine)));
        Checks.sameRun(string(sections.get(Section.SETTINGS)), identity);
        MemorySegment counters = sections.get(Section.COUNTERS);
        state.step = (int) counters.getAtIndex(LONG, 0);
        state.earlierNanos = counters.getAtIndex(LONG, 2);
        state.earlierSentBytes = counters.getAtIndex(LONG, 3);
        state.mode = Mode.values()[(int) counters.getAtIndex(LONG, 4)];
        state.parameters.copyFrom(sections.get(Section.PARAMETERS));
        state.velocity.copyFrom(sections.get(Section.VELOCITY));
        if (state.memory != null) {
            state.memory.residual().copyFrom(sections.get(Section.RESIDUAL));
        }
        ControllerText.load(string(sections.get(Section.CONTROLLER)), state.layers);
        state.history = History.load(state.layers.size(), numbers(sections.get(Section.HISTORY)));
        return counters.getAtIndex(LONG, 1);
    }

    /** {@return the newest two checkpoints of this rank that can be read; what cannot is said and passed over} */
    private Map<Long, Map<Section, MemorySegment>> wholeOnes() throws IOException {
        Map<Long, Map<Section, MemorySegment>> whole = new LinkedHashMap<>();
        for (long step : store.steps()) {
            try {
                whole.put(step, store.load(step));
            } catch (IOException damaged) {
                LOGGER.log(System.Logger.Level.WARNING, damaged.getMessage() + "; it is passed over");
            }
            if (whole.size() == 2) {
                break;
            }
        }
        return whole;
    }

    private static long newestOfAll(long[][] rows) {
        long newest = -1;
        for (long candidate : rows[0]) {
            boolean everywhere = candidate >= 0;
            for (long[] row : rows) {
                everywhere &= row[0] == candidate || row[1] == candidate;
            }
            newest = everywhere ? Math.max(newest, candidate) : newest;
        }
        if (newest < 0) {
            StringBuilder have = new StringBuilder();
            for (int r = 0; r < rows.length; r++) {
                have.append(
                        rows[r][0] < 0 ? " rank %d none;".formatted(r) : " rank %d step %d;".formatted(r, rows[r][0]));
            }
            throw new LaunchException(
                    ExitCode.DATA,
                    "no step has a whole checkpoint of every rank:" + have
                            + " was the run stopped before the first checkpoint, or started without any?");
        }
        return newest;
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
