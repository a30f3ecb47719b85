// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.simulate.NetworkModel;
import org.bitreduce.simulate.Simulation;
import org.bitreduce.simulate.WorkRates;
import org.junit.jupiter.params.provider.Arguments;

/** Groups, codecs and calls of the tests of schedules, and the simulation that drives them in one thread. */
final class Schedules {

    private static final NetworkModel NETWORK = new NetworkModel(2_000_000, 80, 300_000);
    private static final List<Codec> CODECS = List.of(
            Codec.plain(),
            Codec.uniform(3),
            new Codec(4, Norm.EUCLIDEAN, 6, Rounding.STOCHASTIC),
            new Codec(5, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.NEAREST),
            Codec.sign(Norm.UNIT),
            Codec.sign(Norm.MEAN_MAGNITUDE));

    private Schedules() {}

    /** {@return numbers of ranks, with every algorithm for any number} */
    static Stream<Arguments> groups() {
        return groups(Algorithm.DIRECT, Algorithm.GRID, Algorithm.INLINE);
    }

    /** {@return the same with what carries all-reduces only} */
    static Stream<Arguments> allReduces() {
        return groups(Algorithm.DIRECT, Algorithm.GRID, Algorithm.INLINE, Algorithm.EAGER);
    }

    private static Stream<Arguments> groups(Algorithm... algorithms) {
        return IntStream.concat(IntStream.rangeClosed(1, 9), IntStream.of(16, 17, 33, 64, 70))
                .boxed()
                .flatMap(size -> Stream.of(algorithms).map(algorithm -> Arguments.of(size, algorithm)));
    }

    /** {@return all codecs in some small groups, the most different ones in the others} */
    static List<Codec> codecs(int size) {
        List<Codec> some = List.of(CODECS.get(0), CODECS.get(1), CODECS.get(3));
        return size == 3 || size == 8 ? CODECS : some.subList(0, size > 17 ? 2 : 3);
    }

    static Simulation simulation(int size, Algorithm algorithm) {
        return simulation(
                size, CommunicatorOptions.DEFAULT.withSeed(42).withAlgorithms(AlgorithmTable.only(algorithm)));
    }

    static Simulation simulation(int size, CommunicatorOptions options) {
        return new Simulation(size, NETWORK, WorkRates.uniform(5), true, options);
    }

    /** {@return the modes of one level that a codec has} */
    static Stream<Mode> modes(Codec codec, int size) {
        return Stream.of(Mode.values())
                .filter(mode -> mode != Mode.TWO_LEVEL && codec.isPlain() == (mode == Mode.PLAIN))
                .filter(mode -> Rules.refusal(mode, codec, size) == null);
    }

    static CallOptions options(Codec codec, Mode mode) {
        return CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
    }

    /** {@return a call on floats, with root 0 where it has one} */
    static Call call(
            Operation operation,
            float[] input,
            float[] output,
            long count,
            Reduction reduction,
            Codec codec,
            CallOptions options) {
        return new Call(
                operation,
                MemorySegment.ofArray(input),
                MemorySegment.ofArray(output),
                count,
                ElementType.FLOAT,
                reduction,
                0,
                codec,
                options);
    }
}
