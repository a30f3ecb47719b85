// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.bitreduce.Schedules.call;
import static org.bitreduce.Schedules.codecs;
import static org.bitreduce.Schedules.modes;
import static org.bitreduce.Schedules.options;
import static org.bitreduce.Schedules.simulation;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.simulate.Simulation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule of the collectives beside all-reduce gives the bits of the oracle, whatever the number of ranks. */
class ScheduledCollectivesTest {

    @ParameterizedTest(name = "{0} ranks, {1}")
    @MethodSource("org.bitreduce.Schedules#groups")
    void theOtherCollectivesGiveTheCanonicalBits(int size, Algorithm algorithm) {
        Simulation simulation = simulation(size, algorithm);
        int operation = 0;
        for (Codec codec : codecs(size)) {
            for (int count : size > 17 ? new int[] {100, 1026} : new int[] {900, 1500}) {
                float[][] inputs = Inputs.gaussianOfAll(count, size, operation);
                Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkReduceScatter(simulation, inputs, oracle, codec);
                operation++;
                oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkAllGather(simulation, inputs, oracle, codec);
                operation++;
                oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkBroadcast(simulation, inputs, oracle, codec, size / 2);
                operation++;
                Mode mode = modes(codec, size).toList().getFirst();
                float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0).allReduce(mode);
                checkReduce(simulation, inputs, expected, codec, mode, size / 2);
                operation++;
            }
        }
    }

    private static void checkReduceScatter(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec) {
        int count = inputs[0].length;
        int size = inputs.length;
        float[][] outputs = new float[size][];
        simulation.run(rank -> {
            outputs[rank] =
                    new float[(int) (Parts.start(count, rank + 1, size, codec) - start(count, rank, size, codec))];
            return call(
                    Operation.REDUCE_SCATTER,
                    inputs[rank],
                    outputs[rank],
                    count,
                    Reduction.SUM,
                    codec,
                    CallOptions.DEFAULT);
        });
        float[] sums = codec.isPlain() ? oracle.allReduce(Mode.PLAIN) : oracle.sums();
        for (int rank = 0; rank < size; rank++) {
            int first = start(count, rank, size, codec);
            assertArrayEquals(Arrays.copyOfRange(sums, first, first + outputs[rank].length), outputs[rank], "" + codec);
        }
    }

    private static int start(int count, int rank, int size, Codec codec) {
        return (int) Parts.start(count, rank, size, codec);
    }

    private static void checkAllGather(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec) {
        int count = inputs[0].length;
        float[][] outputs = new float[inputs.length][inputs.length * count];
        simulation.run(rank -> call(
                Operation.ALL_GATHER, inputs[rank], outputs[rank], count, Reduction.SUM, codec, CallOptions.DEFAULT));
        for (int source = 0; source < inputs.length; source++) {
            float[] expected = codec.isPlain() ? inputs[source] : oracle.rounded(source, 1);
            for (float[] output : outputs) {
                float[] piece = Arrays.copyOfRange(output, source * count, (source + 1) * count);
                assertArrayEquals(expected, piece, codec + ", source " + source);
            }
        }
    }

    private static void checkBroadcast(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec, int root) {
        int count = inputs[0].length;
        float[] expected = codec.isPlain() ? inputs[root].clone() : oracle.rounded(root, 1);
        float[][] data = new float[inputs.length][];
        simulation.run(rank -> {
            data[rank] = inputs[rank].clone();
            MemorySegment vector = MemorySegment.ofArray(data[rank]);
            return new Call(
                    Operation.BROADCAST,
                    vector,
                    vector,
                    count,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    root,
                    codec,
                    CallOptions.DEFAULT);
        });
        for (float[] each : data) {
            assertArrayEquals(expected, each, codec + ", root " + root);
        }
    }

    private static void checkReduce(
            Simulation simulation, float[][] inputs, float[] expected, Codec codec, Mode mode, int root) {
        float[] result = new float[inputs[0].length];
        simulation.run(rank -> new Call(
                Operation.REDUCE,
                MemorySegment.ofArray(inputs[rank]),
                rank == root ? MemorySegment.ofArray(result) : MemorySegment.NULL,
                result.length,
                ElementType.FLOAT,
                Reduction.SUM,
                root,
                codec,
                options(codec, mode)));
        assertArrayEquals(expected, result, codec + ", " + mode + ", root " + root);
    }
}
