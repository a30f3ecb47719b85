// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Who has written a file of results, and so what its rows are told apart by. */
enum ResultShape {
    /** {@code bench COLLECTIVE}: one library, perhaps beside a baseline. */
    COLLECTIVE(
            List.of("collective", "implementation", "form", "in_place", "bytes", "bits", "mode", "np"),
            List.of("algorithm", "via", "transport", "bucket", "root", "integrity", "seed", "iterations")) {

        @Override
        JsonNode environment(JsonNode document) {
            return document.get("environment");
        }

        @Override
        void complete(ObjectNode row, JsonNode document) {
            // has it all
        }

        @Override
        boolean ours(RowKey key) {
            return key.value("implementation").equals("bitreduce");
        }

        @Override
        String label(RowKey key) {
            String implementation = ours(key) ? "" : key.value("implementation") + " ";
            String width = key.value("bits").equals("32") ? "float" : key.value("bits") + " bits";
            String form = key.value("form").equals("blocking") ? "" : " " + key.value("form");
            return "%s%s %s %s%s %s"
                    .formatted(implementation, key.value("collective"), width, key.value("mode"), form, key.place());
        }
    },

    /** {@code bench versus}: several libraries in turn. */
    VERSUS(List.of("collective", "side", "mode", "in_place", "bytes", "np", "hosts", "link"), List.of("repetitions")) {

        // What else stands in the run and may differ: how ours were started, settings, each library's version.
        @Override
        JsonNode environment(JsonNode document) {
            JsonNode machine = document.get("run").get("environment");
            if (machine == null || !machine.isObject()) {
                return null;
            }
            ObjectNode all = ((ObjectNode) machine).deepCopy();
            all.set("via", document.get("run").path("via"));
            for (String group : List.of("settings", "sides")) {
                document.get("run")
                        .path(group)
                        .properties()
                        .forEach(field -> all.set(field.getKey(), field.getValue()));
            }
            all.remove("mode"); // rows have theirs, and are told apart by it
            return all;
        }

        @Override
        void complete(ObjectNode row, JsonNode document) {
            for (String field : OF_THE_RUN) {
                JsonNode value = document.get("run").get(field);
                if (value != null) {
                    row.set(field, value);
                }
            }
        }

        @Override
        boolean ours(RowKey key) {
            return key.value("side").startsWith("bitreduce:");
        }

        @Override
        String label(RowKey key) {
            String hosts = key.value("hosts").equals("0")
                    ? ""
                    : ", %s hosts, %s".formatted(key.value("hosts"), key.value("link"));
            String mode = key.value("mode").isEmpty() ? "" : " " + key.value("mode");
            return "%s %s%s %s%s".formatted(key.value("side"), key.value("collective"), mode, key.place(), hosts);
        }
    };

    /** What rows of {@link #VERSUS} have in common. */
    private static final Set<String> OF_THE_RUN = Set.of("in_place", "np", "hosts", "link");

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final List<String> fields;

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final List<String> circumstances;

    ResultShape(List<String> fields, List<String> circumstances) {
        this.fields = fields;
        this.circumstances = circumstances;
    }

    /** {@return who has written a document} */
    static ResultShape of(JsonNode document) {
        return document.path("run").isObject() ? VERSUS : COLLECTIVE;
    }

    /** {@return the fields of a row that say what was measured; how it was carried out may differ, and is said where it does} */
    List<String> fields() {
        return fields;
    }

    /** {@return the fields of a row whose difference is worth a word} */
    List<String> circumstances() {
        return circumstances;
    }

    /**
     * {@return what both runs should have in common, or null if the document lacks it}
     *
     * @param document of this shape
     */
    abstract JsonNode environment(JsonNode document);

    /**
     * Gives a row what stands once in the document.
     *
     * @param row is changed
     * @param document it comes from
     */
    abstract void complete(ObjectNode row, JsonNode document);

    /** {@return whether a row is of BitReduce; others are a control, whose times no change of it can change} */
    abstract boolean ours(RowKey key);

    /** {@return everything but the size, for people} */
    abstract String label(RowKey key);
}
