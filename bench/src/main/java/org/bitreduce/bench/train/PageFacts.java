// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.train.data.TaskData;

/** What every page says of machine and data. Stateless. */
final class PageFacts {

    private PageFacts() {}

    static Map<String, String> environment(int ranks) {
        Environment now = Environment.now(ranks);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("CPU", "%s, %d cores, load %.1f".formatted(now.cpu(), now.cores(), now.loadAverage()));
        facts.put("system", now.os());
        facts.put("JDK", now.jdk());
        facts.put("JVM flags", String.join(" ", now.flags()));
        facts.put("commit", now.commit().isEmpty() ? "unknown" : now.commit());
        facts.put("date", now.date());
        return facts;
    }

    /** {@return settings as the identity of a run has them, one {@code name=value} per line} */
    static Map<String, String> settings(String identity) {
        Map<String, String> facts = new LinkedHashMap<>();
        identity.lines().forEach(line -> {
            int equals = line.indexOf('=');
            facts.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return facts;
    }

    static Map<String, String> data(TaskData data) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("data from", data.origin());
        facts.put("examples", "%,d to learn from, %,d to test".formatted(data.trainSize(), data.testSize()));
        facts.put("classes", String.join(", ", data.classes()));
        return facts;
    }
}
