// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Outcome;
import org.bitreduce.bench.train.GradientExchange.UnderWay;

/**
 * The all-reduces of one step, layer by layer, and what they tell of it. With overlap a layer's all-reduce is begun as soon
 * as its gradient is complete, else it is carried out when it is waited for. Confined to one thread.
 */
final class StepAverages {

    private final GradientExchange exchange;
    private final TrainSettings settings;
    private final List<TrainLayer> layers;
    private final GradientRecorder recorder;
    private final List<UnderWay> begun = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final long sentBefore;
    private long awaitedNanos;

    /** Begins a step; the recorder, if there is one, is given the gradients of this rank. */
    StepAverages(
            GradientExchange exchange, TrainSettings settings, List<TrainLayer> layers, GradientRecorder recorder) {
        this.recorder = recorder;
        this.exchange = exchange;
        this.settings = settings;
        this.layers = layers;
        sentBefore = exchange.sentBytes();
    }

    /** The next layer's gradient is complete. */
    void begin() {
        TrainLayer layer = layers.get(begun.size());
        if (recorder != null) {
            recorder.add(layer.layer(), layer.gradient());
        }
        settings.method().transform().apply(layer.gradient());
        begun.add(
                settings.overlap()
                        ? exchange.begin(layer.gradient(), layer.controller().codec(), layer.options())
                        : () -> exchange.average(
                                layer.gradient(), layer.controller().codec(), layer.options()));
    }

    /**
     * Waits for the layers in the order in which they were begun.
     *
     * @param update is given each layer when its gradient is the mean of all ranks', while later ones are under way
     */
    void finish(Consumer<TrainLayer> update) {
        try {
            for (TrainLayer layer : layers) {
                long start = System.nanoTime();
                outcomes.add(begun.get(outcomes.size()).await());
                awaitedNanos += System.nanoTime() - start;
                layer.controller().learn(layer.gradient());
                settings.method().resultTransform().apply(layer.gradient());
                update.accept(layer);
            }
        } catch (RuntimeException | Error e) {
            awaitTheRest(e);
            throw e;
        }
    }

    /** The run's memory is freed when it has failed: no all-reduce may be using it then. The one that failed fails again. */
    private void awaitTheRest(Throwable failure) {
        for (int i = outcomes.size(); settings.overlap() && i < begun.size(); i++) {
            try {
                begun.get(i).await();
            } catch (RuntimeException | Error another) {
                if (!another.equals(failure)) {
                    failure.addSuppressed(another);
                }
            }
        }
    }

    Mode mode() {
        return outcomes.getFirst().mode();
    }

    /** {@return the greatest magnitude in any rank's gradient} */
    double norm() {
        return outcomes.stream().mapToDouble(Outcome::maxNorm).reduce(0, Math::max);
    }

    /** {@return the greatest distance between two levels, 0 for plain floats} */
    double scale() {
        return outcomes.stream().mapToDouble(StepAverages::scale).reduce(0, Math::max);
    }

    private static double scale(Outcome outcome) {
        Codec codec = outcome.codec();
        if (codec.isPlain()) {
            return 0;
        }
        return (codec.norm() == Norm.EUCLIDEAN ? outcome.rmsNorm() : outcome.maxNorm()) / codec.levels();
    }

    /** {@return bits per element of each layer} */
    double[] layerBits() {
        return outcomes.stream().mapToDouble(Outcome::bits).toArray();
    }

    /** {@return bits per element of the whole gradient} */
    double bits() {
        double bits = 0;
        double count = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            double floats = layers.get(i).layer().count();
            bits += floats * outcomes.get(i).bits();
            count += floats;
        }
        return bits / count;
    }

    /** {@return bytes that this rank has sent for them} */
    long sentBytes() {
        return exchange.sentBytes() - sentBefore;
    }

    /** {@return nanoseconds that this thread has waited for them, or carried them out} */
    long awaitedNanos() {
        return awaitedNanos;
    }

    /** {@return nanoseconds in kernels, whichever thread ran them} */
    long codecNanos() {
        return outcomes.stream().mapToLong(Outcome::codecNanos).sum();
    }

    /** {@return nanoseconds of communication; with overlap all that was waited for, as the kernels ran meanwhile} */
    long communicationNanos() {
        return settings.overlap() ? awaitedNanos : outcomes.getFirst().communicationNanos();
    }
}
