// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.Sizes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Ways to write predictions. */
enum PredictionFormat {
    /** A table for people. */
    TEXT {
        @Override
        void print(PrintStream out, List<Prediction> predictions) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %6s %10s %5s %-8s %-7s %12s %11s %11s %11s %11s %6s %9s %9s%n",
                    "collective",
                    "np",
                    "size",
                    "bits",
                    "mode",
                    "by",
                    "time",
                    "agreement",
                    "codec",
                    "bandwidth",
                    "latency",
                    "bound",
                    "alg",
                    "messages");
            for (Prediction row : predictions) {
                out.printf(
                        Locale.ROOT,
                        "%-14s %6d %10s %5s %-8s %-7s %9.1f us %8.1f us %8.1f us %8.1f us %8.1f us %5.0f%% %9.3f %9.0f%n",
                        row.collective(),
                        row.np(),
                        Sizes.text(row.bytes()),
                        row.bits() == 32 ? "float" : Integer.toString(row.bits()),
                        row.mode(),
                        row.algorithm(),
                        row.timeUs(),
                        row.agreementUs(),
                        row.codecUs(),
                        row.bandwidthUs(),
                        row.latencyUs(),
                        100 * row.efficiency(),
                        row.algbw(),
                        row.messagesPerRank());
            }
        }
    },
    /** One JSON array, one object per line. */
    JSON {
        @Override
        void print(PrintStream out, List<Prediction> predictions) {
            ObjectMapper mapper = new ObjectMapper();
            out.println("["
                    + String.join(
                            ",\n",
                            predictions.stream().map(mapper::writeValueAsString).toList()) + "]");
        }
    },
    /** A header and one line per prediction. */
    CSV {
        @Override
        void print(PrintStream out, List<Prediction> predictions) {
            ObjectMapper mapper = new ObjectMapper();
            boolean first = true;
            for (Prediction row : predictions) {
                JsonNode node = mapper.valueToTree(row);
                if (first) {
                    out.println(String.join(",", node.propertyNames()));
                    first = false;
                }
                out.println(String.join(
                        ",", node.values().stream().map(JsonNode::asString).toList()));
            }
        }
    };

    abstract void print(PrintStream out, List<Prediction> predictions);
}
