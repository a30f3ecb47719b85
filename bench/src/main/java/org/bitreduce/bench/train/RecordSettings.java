// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;

/**
 * What of a run is recorded.
 *
 * @param file nothing must be there
 * @param every one step in so many, at least 1
 * @param limitMegabytes the most that the file may have
 */
record RecordSettings(Path file, int every, int limitMegabytes) {

    RecordSettings {
        Checks.range("record-every", every, 1, Integer.MAX_VALUE);
        Checks.range("record-limit", limitMegabytes, 1, Integer.MAX_VALUE);
    }
}
