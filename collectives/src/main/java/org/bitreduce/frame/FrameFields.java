// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

/** What a frame says of itself; see {@link FrameHeader} for the meaning of each field. Mutable and reused. */
public final class FrameFields {
    /** Operation code. */
    public int kind;

    /** Group of ranks. */
    public int context;

    /** The communicator's number of the call. */
    public long operation;

    /** Life of the group. */
    public int epoch;

    /** The caller's stream id. */
    public long stream;

    /** Sending rank. */
    public int source;

    /** Receiving rank, or {@link FrameHeader#ALL_RANKS}. */
    public int destination;

    /** Phase of the schedule. */
    public int stage;

    /** Element type code. */
    public int type;

    /** Bits per element. */
    public int bits;

    /** Mode code. */
    public int mode;

    /** Binary logarithm of the bucket. */
    public int log2Bucket;

    /** Number of the chunk in its part. */
    public int chunk;

    /** Elements in the payload. */
    public long elementCount;

    /** Hash of what all ranks agreed on. */
    public long decisionHash;

    /** Fields that are all zero. */
    public FrameFields() {}
}
