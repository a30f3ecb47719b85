// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.SplittableRandom;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * Which examples a step learns from: each epoch is a shuffle of the training set, cut into global batches, which are cut
 * into one part per rank. Runs with the same seed and global batch see the same global batches, whatever the number of
 * ranks. The last examples of an epoch that fill no global batch are left out. Immutable.
 *
 * @param examples size of the training set
 * @param batch examples per rank and step
 * @param ranks number of ranks
 * @param seed of the shuffles
 */
record BatchOrder(int examples, int batch, int ranks, long seed) {

    BatchOrder {
        if ((long) batch * ranks > examples) {
            throw new LaunchException(
                    ExitCode.USAGE,
                    "one step needs more examples than there are: batch=%d, ranks=%d, examples=%d; choose a smaller --batch"
                            .formatted(batch, ranks, examples));
        }
    }

    int stepsPerEpoch() {
        return examples / (batch * ranks);
    }

    /** {@return the examples of an epoch in their order} */
    int[] shuffled(int epoch) {
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + epoch);
        int[] order = new int[examples];
        for (int i = 0; i < examples; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** {@return where in the epoch's order a rank's part of a step begins; it has {@link #batch()} examples} */
    int start(int stepOfEpoch, int rank) {
        return (stepOfEpoch * ranks + rank) * batch;
    }
}
