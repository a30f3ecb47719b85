// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** Which elements each rank contributes or owns, and how they are cut into chunks, the units of messages. */
interface Layout {

    /** {@return the index of a part's first element} */
    long start(int part);

    /** {@return the number of a part's elements} */
    long length(int part);

    /** {@return elements per chunk, the last of a part aside} */
    long chunk();

    /** {@return the number of a part's chunks} */
    default int chunks(int part) {
        return Math.toIntExact(Math.ceilDiv(length(part), chunk()));
    }

    /** {@return the index of a chunk's first element} */
    default long chunkStart(int part, int chunk) {
        return start(part) + chunk * chunk();
    }

    /** {@return the number of a chunk's elements} */
    default long chunkLength(int part, int chunk) {
        return Math.min(chunk(), length(part) - chunk * chunk());
    }

    /** {@return the number of elements in the longest chunk of all parts} */
    default long longestChunk(int parts) {
        long longest = 0;
        for (int part = 0; part < parts; part++) {
            longest = Math.max(longest, Math.min(chunk(), length(part)));
        }
        return longest;
    }

    /** Every rank has the same number of elements, one rank's after the other's. */
    record Equal(long length, long chunk) implements Layout {
        @Override
        public long start(int part) {
            return part * length;
        }

        @Override
        public long length(int part) {
            return length;
        }
    }

    /** Every rank has the whole vector, all at the same place. */
    record Same(long length, long chunk) implements Layout {
        @Override
        public long start(int part) {
            return 0;
        }

        @Override
        public long length(int part) {
            return length;
        }
    }

    /** What one rank has, and what is where it belongs already, left out. */
    record AllBut(int rank, Layout all) implements Layout {
        @Override
        public long start(int part) {
            return all.start(part);
        }

        @Override
        public long length(int part) {
            return part == rank ? 0 : all.length(part);
        }

        @Override
        public long chunk() {
            return all.chunk();
        }
    }

    /** One rank has it all. */
    record Root(int root, long length, long chunk) implements Layout {
        @Override
        public long start(int part) {
            return 0;
        }

        @Override
        public long length(int part) {
            return part == root ? length : 0;
        }
    }
}
