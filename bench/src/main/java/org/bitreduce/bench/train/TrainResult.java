// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.List;
import org.bitreduce.Mode;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.History.Epoch;
import org.bitreduce.bench.train.model.Layer;

/**
 * How a run went, as every rank knows it at the end.
 *
 * @param parameterCount floats in the model
 * @param ranks one entry per rank
 * @param transport the transport's name
 * @param mode arithmetic of the all-reduces
 * @param layers the model's, in the order of the history's widths; one without overlap
 * @param history rank 0's, on rank 0
 * @param seconds of training, evaluation included, data loading not
 * @param parametersSha256 digest of the final parameters, equal on all ranks
 */
record TrainResult(
        long parameterCount,
        List<RankReport> ranks,
        String transport,
        Mode mode,
        List<Layer> layers,
        History history,
        double seconds,
        String parametersSha256) {

    /**
     * One rank's part.
     *
     * @param pid process id
     * @param host the host's name, up to 32 bytes
     * @param gradientBytes bytes sent for gradients, agreement and headers included
     * @param allBytes bytes sent for everything; after a failure, without what was sent after the checkpoint
     */
    record RankReport(long pid, String host, long gradientBytes, long allBytes) {}

    Epoch last() {
        return history.epochs().getLast();
    }

    double averageBits() {
        return history.sum(0, history.steps(), Column.BITS) / history.steps();
    }

    /** {@return bytes that all ranks sent for gradients} */
    long gradientBytes() {
        return ranks.stream().mapToLong(RankReport::gradientBytes).sum();
    }

    /** {@return bytes that all ranks would have sent for the same all-reduces as plain floats, without headers} */
    double plainBytes() {
        return 2.0 * (ranks.size() - 1) * Float.BYTES * parameterCount * history.steps();
    }

    /** {@return how many times fewer bytes were sent than plain floats take; NaN for one rank, which sends none} */
    double compressionRatio() {
        return plainBytes() / gradientBytes();
    }

    /** {@return bits really sent per element and hop, {@code 32 / compressionRatio()}; NaN for one rank} */
    double wireBitsPerElement() {
        return Float.SIZE / compressionRatio();
    }
}
