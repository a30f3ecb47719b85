// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What rank 0 hands to the command: a row, and all its times.
 *
 * @param row for the table
 * @param times HdrHistogram of nanoseconds, compressed, in base 64
 */
record MeasuredRow(
        @JsonProperty("row") BenchRow row,
        @JsonProperty("times") String times) {

    static MeasuredRow of(BenchRow row, Times times) {
        ByteBuffer buffer = ByteBuffer.allocate(times.histogram().getNeededByteBufferCapacity());
        int length = times.histogram().encodeIntoCompressedByteBuffer(buffer);
        return new MeasuredRow(row, Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }

    /** {@return the times in nanoseconds} */
    Histogram histogram() {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(times)), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a histogram that was not written by " + MeasuredRow.class, e);
        }
    }
}
