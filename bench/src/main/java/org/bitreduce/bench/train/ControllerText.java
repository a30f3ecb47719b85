// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The states of a run's controllers as text, {@code name=value} per line; with several layers {@code layer.name=value}.
 * Stateless.
 */
final class ControllerText {

    private ControllerText() {}

    static String of(List<TrainLayer> layers) {
        StringBuilder text = new StringBuilder();
        for (TrainLayer layer : layers) {
            layer.controller()
                    .state()
                    .forEach((name, value) -> text.append(prefix(layer, layers) + name + "=" + value + "\n"));
        }
        return text.toString();
    }

    static void load(String text, List<TrainLayer> layers) {
        for (TrainLayer layer : layers) {
            String prefix = prefix(layer, layers);
            SequencedMap<String, Double> state = new LinkedHashMap<>();
            text.lines().filter(line -> line.startsWith(prefix)).forEach(line -> {
                int equals = line.lastIndexOf('=');
                state.put(line.substring(prefix.length(), equals), Double.valueOf(line.substring(equals + 1)));
            });
            layer.controller().load(state);
        }
    }

    private static String prefix(TrainLayer layer, List<TrainLayer> layers) {
        return layers.size() == 1 ? "" : layer.layer().name() + ".";
    }
}
