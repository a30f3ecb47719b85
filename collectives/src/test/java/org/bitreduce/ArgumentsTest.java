// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong argument is refused by name, on the rank that passed it, before anything is sent. */
@Timeout(60)
class ArgumentsTest {

    private static final CallOptions USUAL = CallOptions.DEFAULT;
    private static final Codec PLAIN = Codec.plain();
    private static final Codec FOUR = Codec.uniform(4);
    private static final Reduction SUM = Reduction.SUM;
    private static final MemorySegment MEMORY = Arena.ofAuto().allocate(1 << 16, 64);
    private static final Data TEN = new Data(MEMORY, ElementType.FLOAT, 10);
    private static final Data TWENTY = new Data(MEMORY.asSlice(4096), ElementType.FLOAT, 20);
    private static final Data INTS = Data.of(new int[20]);

    private static Data closed() {
        try (Arena arena = Arena.ofConfined()) {
            return Data.of(arena.allocate(40), ElementType.FLOAT);
        }
    }

    /** Freed when the test's JVM ends. */
    @SuppressWarnings("MustBeClosedChecker")
    private static Data confined() {
        return Data.of(Arena.ofConfined().allocate(40), ElementType.FLOAT);
    }

    private static Data confinedToAnother() {
        return CompletableFuture.supplyAsync(() -> confined()).join();
    }

    private static Data readOnly() {
        return Data.of(MEMORY.asSlice(0, 40).asReadOnly(), ElementType.FLOAT);
    }

    private static Arguments wrong(
            String what, Class<? extends Exception> kind, String told, Consumer<Communicator> call) {
        return Arguments.of(what, kind, told, call);
    }

    static Stream<Arguments> table() {
        Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
        Class<IndexOutOfBoundsException> bounds = IndexOutOfBoundsException.class;
        Class<NullPointerException> missing = NullPointerException.class;
        Data shifted = new Data(MEMORY.asSlice(4), ElementType.FLOAT, 10);
        Data ten = TEN;
        CallOptions residual = USUAL.withResidual(MEMORY.asSlice(8192));
        return Stream.of(
                wrong("no input", missing, "input", w -> w.allReduce(null, ten, SUM, PLAIN, USUAL)),
                wrong("no output", missing, "output", w -> w.allReduce(ten, null, SUM, PLAIN, USUAL)),
                wrong("no reduction", missing, "reduction", w -> w.allReduce(ten, ten, null, PLAIN, USUAL)),
                wrong("no codec", missing, "codec", w -> w.allReduce(ten, ten, SUM, null, USUAL)),
                wrong("no options", missing, "options", w -> w.allReduce(ten, ten, SUM, PLAIN, null)),
                wrong("no array", missing, "", w -> w.allReduce((float[]) null, SUM, PLAIN)),
                wrong("no segment", missing, "memory", w -> w.allReduce(null, ElementType.FLOAT, SUM, PLAIN)),
                wrong("no type", missing, "type", w -> w.allReduce(MEMORY, null, SUM, PLAIN)),
                wrong(
                        "negative count",
                        illegal,
                        "count=-1",
                        w -> w.allReduce(MEMORY, MEMORY, -1, ElementType.FLOAT, SUM, PLAIN, USUAL)),
                wrong(
                        "input too short",
                        bounds,
                        "input is too short: count=10, type=DOUBLE, bytes=79",
                        w -> w.allReduce(MEMORY.asSlice(0, 79), MEMORY, 10, ElementType.DOUBLE, SUM, PLAIN, USUAL)),
                wrong(
                        "output too short",
                        bounds,
                        "output is too short",
                        w -> w.allReduce(TWENTY, ten, SUM, PLAIN, USUAL)),
                wrong(
                        "types differ",
                        illegal,
                        "input=FLOAT, output=INT",
                        w -> w.allReduce(ten, INTS, SUM, PLAIN, USUAL)),
                wrong("closed", illegal, "input is closed", w -> w.allReduce(closed(), ten, SUM, PLAIN, USUAL)),
                wrong(
                        "another thread's",
                        illegal,
                        "output is closed, or confined to another thread",
                        w -> w.allReduce(ten, confinedToAnother(), SUM, PLAIN, USUAL)),
                wrong(
                        "read-only",
                        illegal,
                        "output is read-only",
                        w -> w.allReduce(ten, readOnly(), SUM, PLAIN, USUAL)),
                wrong("overlap", illegal, "or not overlap", w -> w.allReduce(ten, shifted, SUM, PLAIN, USUAL)),
                wrong(
                        "overlap in all-gather",
                        illegal,
                        "or not overlap",
                        w -> w.allGather(shifted, new Data(MEMORY, ElementType.FLOAT, 100), PLAIN, USUAL)),
                wrong(
                        "overlap in reduce-scatter",
                        illegal,
                        "or not overlap",
                        w -> w.reduceScatter(ten, shifted, SUM, PLAIN, USUAL)),
                wrong("gather too short", bounds, "output is too short", w -> w.gather(TWENTY, ten, 0, PLAIN, USUAL)),
                wrong("scatter too short", bounds, "input is too short", w -> w.scatter(ten, TWENTY, 0, PLAIN, USUAL)),
                wrong(
                        "read-only broadcast",
                        illegal,
                        "data is read-only",
                        w -> w.broadcast(readOnly(), 0, PLAIN, USUAL)),
                wrong("root too large", illegal, "root=1, size=1", w -> w.broadcast(ten, 1, PLAIN, USUAL)),
                wrong("root negative", illegal, "root=-1", w -> w.gather(ten, TWENTY, -1, PLAIN, USUAL)),
                wrong("root of reduce", illegal, "root=1, size=1", w -> w.reduce(ten, SUM, 1, PLAIN)),
                wrong("no output of reduce", missing, "output", w -> w.reduce(ten, null, SUM, 0, PLAIN, USUAL)),
                wrong(
                        "reduce too short",
                        bounds,
                        "output is too short",
                        w -> w.reduce(TWENTY, ten, SUM, 0, PLAIN, USUAL)),
                wrong(
                        "overlap in reduce",
                        illegal,
                        "or not overlap",
                        w -> w.reduce(ten, shifted, SUM, 0, PLAIN, USUAL)),
                wrong(
                        "maximum of reduced codes",
                        illegal,
                        "MAX and MIN are for plain elements",
                        w -> w.reduce(ten, Reduction.MAX, 0, FOUR)),
                wrong(
                        "two levels of reduce",
                        illegal,
                        "mode TWO_LEVEL is for all-reduce",
                        w -> w.reduce(ten, ten, SUM, 0, FOUR, USUAL.withMode(Mode.TWO_LEVEL))),
                wrong(
                        "confined, begun",
                        illegal,
                        "input is confined to this thread",
                        w -> w.nonBlocking().reduce(confined(), SUM, 0, PLAIN)),
                wrong("root of scatter", illegal, "root=7", w -> w.scatter(ten, TWENTY, 7, PLAIN, USUAL)),
                wrong(
                        "maximum of codes",
                        illegal,
                        "MAX and MIN are for plain elements: reduction=MAX",
                        w -> w.allReduce(ten, Reduction.MAX, FOUR)),
                wrong(
                        "minimum within",
                        illegal,
                        "reduction=MIN",
                        w -> w.allReduce(ten, Reduction.MIN, Codec.within(0.1))),
                wrong("mean of integers", illegal, "type=INT", w -> w.allReduce(INTS, Reduction.MEAN, PLAIN)),
                wrong(
                        "codes of integers",
                        illegal,
                        "FLOAT and DOUBLE only: type=INT",
                        w -> w.allReduce(INTS, SUM, FOUR)),
                wrong(
                        "large buckets of doubles",
                        illegal,
                        "take a smaller bucket",
                        w -> w.allReduce(
                                new double[5], SUM, new Codec(4, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.NEAREST))),
                wrong("residual of doubles", illegal, "error feedback needs FLOAT", w -> {
                    Data doubles = Data.of(new double[5]);
                    w.allReduce(doubles, doubles, SUM, FOUR, residual);
                }),
                wrong(
                        "residual in broadcast",
                        illegal,
                        "broadcast has no error feedback",
                        w -> w.broadcast(ten, 0, FOUR, residual)),
                wrong(
                        "residual in scatter",
                        illegal,
                        "scatter has no error feedback",
                        w -> w.scatter(ten, TWENTY.slice(0, 10), 0, FOUR, residual)),
                wrong(
                        "residual too short",
                        bounds,
                        "residual is too short",
                        w -> w.allReduce(ten, ten, SUM, FOUR, USUAL.withResidual(MEMORY.asSlice(8192, 39)))),
                wrong(
                        "residual overlaps",
                        illegal,
                        "residual must not overlap",
                        w -> w.allReduce(ten, ten, SUM, FOUR, USUAL.withResidual(MEMORY))),
                wrong(
                        "mode of all-gather",
                        illegal,
                        "modes are for all-reduce",
                        w -> w.allGather(ten, TWENTY, FOUR, USUAL.withMode(Mode.EXACT))),
                wrong(
                        "confined",
                        illegal,
                        "input is confined to this thread",
                        w -> w.nonBlocking().allReduce(confined(), ten, SUM, PLAIN, USUAL)),
                wrong(
                        "confined, prepared",
                        illegal,
                        "output is confined to this thread",
                        w -> w.persistent().gather(ten, confined(), 0, PLAIN, USUAL)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void isRefusedByName(String what, Class<Exception> kind, String told, Consumer<Communicator> call) {
        List<Long> operations = RankThreads.run(1, world -> {
            String message = assertThrows(kind, () -> call.accept(world)).getMessage();
            assertTrue(message == null ? told.isEmpty() : message.contains(told), message);
            float[] one = {1};
            world.allReduce(one, SUM, PLAIN);
            assertEquals(1, one[0]);
            return world.nextOperation();
        });
        assertTrue(operations.getFirst() <= 1, "the refused call was counted");
    }
}
