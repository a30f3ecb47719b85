// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.util.Arrays;

/** The free runs of one memory segment, sorted by offset; neighbours are merged. Confined to one thread. */
final class Extents {

    private long[] offsets = new long[8];
    private long[] lengths = new long[8];
    private int count;

    /** Begins with one free run. */
    Extents(long bytes) {
        lengths[0] = bytes;
        count = 1;
    }

    /** {@return the offset of the lowest run of that many bytes, no longer free, or -1 if there is none} */
    long take(long bytes) {
        for (int i = 0; i < count; i++) {
            if (lengths[i] >= bytes) {
                long offset = offsets[i];
                offsets[i] += bytes;
                lengths[i] -= bytes;
                if (lengths[i] == 0) {
                    remove(i);
                }
                return offset;
            }
        }
        return -1;
    }

    /** Makes a run free that {@link #take} gave out. */
    void give(long offset, long bytes) {
        int at = 0;
        while (at < count && offsets[at] < offset) {
            at++;
        }
        boolean joinsLower = at > 0 && offsets[at - 1] + lengths[at - 1] == offset;
        boolean joinsUpper = at < count && offset + bytes == offsets[at];
        if (joinsLower && joinsUpper) {
            lengths[at - 1] += bytes + lengths[at];
            remove(at);
        } else if (joinsLower) {
            lengths[at - 1] += bytes;
        } else if (joinsUpper) {
            offsets[at] = offset;
            lengths[at] += bytes;
        } else {
            insert(at, offset, bytes);
        }
    }

    /** {@return all free bytes} */
    long free() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    private void remove(int at) {
        count--;
        System.arraycopy(offsets, at + 1, offsets, at, count - at);
        System.arraycopy(lengths, at + 1, lengths, at, count - at);
    }

    private void insert(int at, long offset, long bytes) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        System.arraycopy(offsets, at, offsets, at + 1, count - at);
        System.arraycopy(lengths, at, lengths, at + 1, count - at);
        offsets[at] = offset;
        lengths[at] = bytes;
        count++;
    }
}
