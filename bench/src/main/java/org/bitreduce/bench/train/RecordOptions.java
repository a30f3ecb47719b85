// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of a run that is recorded; what was not given is null. */
final class RecordOptions {

    /** Megabytes that a recording may have unless {@code --record-limit} says otherwise. */
    static final int USUAL_LIMIT = 2_000;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description =
                    "record every rank's gradients, for ./bitreduce replay; the size is said before it is written")
    Path file;

    @Option(names = "--record-every", paramLabel = "STEPS", description = "record one step in so many; default 1")
    Integer every;

    @Option(
            names = "--record-limit",
            paramLabel = "MB",
            description = "refuse larger recordings; default " + USUAL_LIMIT)
    Integer limit;

    /** {@return what to record, or null} */
    RecordSettings settings() {
        if (file == null) {
            if (every != null || limit != null) {
                throw new IllegalArgumentException(
                        "--record-every and --record-limit go with --record FILE: record-every=%s, record-limit=%s"
                                .formatted(every, limit));
            }
            return null;
        }
        return new RecordSettings(
                file.toAbsolutePath(), every == null ? 1 : every, limit == null ? USUAL_LIMIT : limit);
    }
}
