// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.recording;

/**
 * What a recording holds.
 *
 * @param ranks number of ranks, at least 1
 * @param steps recorded steps, at least 1
 * @param every distance between recorded steps of the run, at least 1
 * @param count floats of each gradient, at least 1
 * @param seed of the run
 */
public record RecordingShape(int ranks, long steps, int every, long count, long seed) {

    private static final int ALIGNMENT = 64;

    /** Checks the ranges. */
    public RecordingShape {
        if (ranks < 1 || steps < 1 || every < 1 || count < 1 || count > (1L << 40) / Float.BYTES) {
            throw new IllegalArgumentException(
                    "a recording needs ranks, steps and floats: ranks=%d, steps=%d, every=%d, count=%d"
                            .formatted(ranks, steps, every, count));
        }
    }

    /** {@return bytes of one rank's gradient of one step in the file, its head included} */
    long slotBytes() {
        return RecordingFile.SLOT_HEAD + (count * Float.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /**
     * {@return the length of a file}
     *
     * @param settingsBytes of the run's settings as text
     * @throws ArithmeticException if it is no long
     */
    public long fileBytes(int settingsBytes) {
        return RecordingFile.start(settingsBytes)
                + Math.multiplyExact(Math.multiplyExact(slotBytes(), steps), (long) ranks);
    }
}
