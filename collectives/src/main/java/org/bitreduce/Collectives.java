// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.bitreduce.algorithm.Call;

/**
 * The collective calls, each described once and carried out in one of three ways: at once by a {@link Communicator}, which
 * returns the {@link Outcome}; begun by {@link Communicator#nonBlocking()}, which returns a {@link Pending}; prepared for
 * being carried out again and again by {@link Communicator#persistent()}, which returns a {@link Persistent}.
 *
 * <p>All ranks of the group make the same calls in the same order with the same counts, types, reductions, codecs and
 * options; each call's agreement finds out if they do not. Vectors are {@link Data}; the forms that take segments and
 * arrays are short for it.
 *
 * <p>Common to all: {@link IllegalArgumentException} if an argument is out of range or does not go with another, {@link
 * IndexOutOfBoundsException} if a vector is too short, {@link NullPointerException} naming what is null, {@link
 * IllegalStateException} if the communicator is closed: on the rank that made the call, before anything is sent. {@link
 * CollectiveException} if the ranks' calls differ, an input is not finite and the policy says {@link
 * NonFinitePolicy#THROW}, or the group has failed.
 *
 * @param <R> what a call returns
 */
public abstract sealed class Collectives<R> permits Communicator, CallView {

    private final Calls calls;

    Collectives(Calls calls) {
        this.calls = calls;
    }

    /** Carries out, begins or prepares a call whose arguments are checked. */
    abstract R carry(Call call);

    final Calls calls() {
        return calls;
    }

    /**
     * All-reduces a vector: every rank gets the reduction of all ranks' vectors.
     *
     * @param input not modified unless it is the output too
     * @param output receives as many elements as the input has; the input itself, or not overlapping it
     * @param reduction how elements are combined; {@link Reduction#MAX} and {@link Reduction#MIN} with plain codecs only
     * @param codec decides how elements travel; quantizing ones carry {@link ElementType#FLOAT} and {@link
     *     ElementType#DOUBLE}, whose elements are rounded to floats first
     * @param options mode, stream and error feedback
     * @return what was done
     */
    public final R allReduce(Data input, Data output, Reduction reduction, CodecChooser codec, CallOptions options) {
        return carry(calls.allReduce(input, output, reduction, codec, options));
    }

    /**
     * All-reduces a vector in place, with the usual options.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R allReduce(Data data, Reduction reduction, CodecChooser codec) {
        return allReduce(data, data, reduction, codec, CallOptions.DEFAULT);
    }

    /**
     * All-reduces a segment in place, with the usual options.
     *
     * @param data the whole segment is the vector
     * @param type of its elements
     * @param reduction how they are combined
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R allReduce(MemorySegment data, ElementType type, Reduction reduction, CodecChooser codec) {
        return allReduce(Data.of(data, type), reduction, codec);
    }

    /**
     * All-reduces segments.
     *
     * @param input {@code count} elements; not modified unless it is the output too
     * @param output receives {@code count} elements; the input itself, or not overlapping it
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how elements are combined
     * @param codec decides how elements travel
     * @param options mode, stream and error feedback
     * @return what was done
     */
    public final R allReduce(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return allReduce(new Data(input, type, count), new Data(output, type, count), reduction, codec, options);
    }

    /**
     * All-reduces an array in place.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R allReduce(float[] data, Reduction reduction, CodecChooser codec) {
        return allReduce(Data.of(data), reduction, codec);
    }

    /**
     * All-reduces an array in place.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R allReduce(double[] data, Reduction reduction, CodecChooser codec) {
        return allReduce(Data.of(data), reduction, codec);
    }

    /**
     * All-reduces an array in place, uncompressed.
     *
     * @param data the vector
     * @param reduction how elements are combined
     * @return what was done
     */
    public final R allReduce(double[] data, Reduction reduction) {
        return allReduce(Data.of(data), reduction, Codec.plain());
    }

    /**
     * All-reduces an array in place, uncompressed.
     *
     * @param data the vector
     * @param reduction how elements are combined; not {@link Reduction#MEAN}
     * @return what was done
     */
    public final R allReduce(int[] data, Reduction reduction) {
        return allReduce(Data.of(data), reduction, Codec.plain());
    }

    /**
     * All-reduces an array in place, uncompressed.
     *
     * @param data the vector
     * @param reduction how elements are combined; not {@link Reduction#MEAN}
     * @return what was done
     */
    public final R allReduce(long[] data, Reduction reduction) {
        return allReduce(Data.of(data), reduction, Codec.plain());
    }

    /**
     * Reduces a vector to one rank. The root gets the bits that {@link #allReduce(Data, Data, Reduction, CodecChooser,
     * CallOptions) allReduce} with the same number, mode and codec would have given, for about half of its bytes: {@code
     * (n + 1) / 2n} of them, {@code 1 / n} in mode {@link Mode#GATHER}, and half where a plain vector goes directly to the
     * root: between two ranks, or of at most 32 KiB.
     *
     * @param input not modified unless it is the root's output too
     * @param output receives as many elements as the input has; the input itself, or not overlapping it; looked at on the
     *     root only
     * @param reduction how elements are combined; {@link Reduction#MAX} and {@link Reduction#MIN} with plain codecs only
     * @param root the rank that gets the result, equal on all
     * @param codec decides how elements travel, as in all-reduce
     * @param options mode, any but {@link Mode#TWO_LEVEL}, stream and error feedback
     * @return what was done
     */
    public final R reduce(
            Data input, Data output, Reduction reduction, int root, CodecChooser codec, CallOptions options) {
        return carry(calls.reduce(input, output, reduction, root, codec, options));
    }

    /**
     * Reduces a vector to one rank, in place there, with the usual options.
     *
     * @param data the vector; written on the root only
     * @param reduction how elements are combined
     * @param root the rank that gets the result, equal on all
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R reduce(Data data, Reduction reduction, int root, CodecChooser codec) {
        return reduce(data, data, reduction, root, codec, CallOptions.DEFAULT);
    }

    /**
     * Reduces segments to one rank; see {@link #reduce(Data, Data, Reduction, int, CodecChooser, CallOptions)}.
     *
     * @param input {@code count} elements; not modified unless it is the root's output too
     * @param output receives {@code count} elements on the root; the input itself, or not overlapping it; looked at there
     *     only
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param root the rank that gets the result, equal on all
     * @param codec decides how elements travel
     * @param options mode, stream and error feedback
     * @return what was done
     */
    public final R reduce(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            int root,
            CodecChooser codec,
            CallOptions options) {
        Data result = output == null ? null : new Data(output, type, count);
        return reduce(new Data(input, type, count), result, reduction, root, codec, options);
    }

    /**
     * Reduces an array to one rank, in place there.
     *
     * @param data the vector; written on the root only
     * @param reduction how elements are combined
     * @param root the rank that gets the result, equal on all
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R reduce(float[] data, Reduction reduction, int root, CodecChooser codec) {
        return reduce(Data.of(data), reduction, root, codec);
    }

    /**
     * Reduces an array to one rank, in place there.
     *
     * @param data the vector; written on the root only
     * @param reduction how elements are combined
     * @param root the rank that gets the result, equal on all
     * @param codec decides how elements travel
     * @return what was done
     */
    public final R reduce(double[] data, Reduction reduction, int root, CodecChooser codec) {
        return reduce(Data.of(data), reduction, root, codec);
    }

    /**
     * Reduces an array to one rank, in place there, uncompressed.
     *
     * @param data the vector; written on the root only
     * @param reduction how elements are combined; not {@link Reduction#MEAN}
     * @param root the rank that gets the result, equal on all
     * @return what was done
     */
    public final R reduce(int[] data, Reduction reduction, int root) {
        return reduce(Data.of(data), reduction, root, Codec.plain());
    }

    /**
     * Reduces an array to one rank, in place there, uncompressed.
     *
     * @param data the vector; written on the root only
     * @param reduction how elements are combined; not {@link Reduction#MEAN}
     * @param root the rank that gets the result, equal on all
     * @return what was done
     */
    public final R reduce(long[] data, Reduction reduction, int root) {
        return reduce(Data.of(data), reduction, root, Codec.plain());
    }

    /**
     * Reduces, and leaves to every rank its part (see {@link Communicator#partStart}).
     *
     * @param input not modified unless the output lies in it
     * @param output receives this rank's part; may be exactly that part of the input, else does not overlap it
     * @param reduction how elements are combined
     * @param codec decides how elements travel
     * @param options stream and error feedback
     * @return what was done
     */
    public final R reduceScatter(
            Data input, Data output, Reduction reduction, CodecChooser codec, CallOptions options) {
        return carry(calls.reduceScatter(input, output, reduction, codec, options));
    }

    /**
     * Reduces segments, and leaves to every rank its part (see {@link Communicator#partStart}).
     *
     * @param input {@code count} elements; not modified unless the output lies in it
     * @param output receives this rank's part; may be exactly that part of the input, else does not overlap it
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param reduction how they are combined
     * @param codec decides how elements travel
     * @param options stream and error feedback
     * @return what was done
     */
    public final R reduceScatter(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            CallOptions options) {
        return reduceScatter(new Data(input, type, count), Data.of(output, type), reduction, codec, options);
    }

    /**
     * Gathers every rank's elements, in rank order, on all ranks. With a quantizing codec every rank's elements,
     * this rank's own included, come out rounded, so that all ranks hold the same bits.
     *
     * @param input may be exactly this rank's place in the output, else does not overlap it
     * @param output receives as many elements as the input has from each rank
     * @param codec decides how elements travel
     * @param options stream and error feedback
     * @return what was done
     */
    public final R allGather(Data input, Data output, CodecChooser codec, CallOptions options) {
        return carry(calls.allGather(input, output, codec, options));
    }

    /**
     * Gathers segments, in rank order, on all ranks; see {@link #allGather(Data, Data, CodecChooser, CallOptions)}.
     *
     * @param input {@code count} elements; may be exactly this rank's place in the output, else does not overlap it
     * @param output receives {@code size() * count} elements
     * @param count elements per rank, equal on all, may be 0
     * @param type of the elements
     * @param codec decides how elements travel
     * @param options stream and error feedback
     * @return what was done
     */
    public final R allGather(
            MemorySegment input,
            MemorySegment output,
            long count,
            ElementType type,
            CodecChooser codec,
            CallOptions options) {
        return allGather(new Data(input, type, count), Data.of(output, type), codec, options);
    }

    /**
     * Gathers every rank's elements, in rank order, on one rank. With a quantizing codec the root's own come out rounded
     * too, so that the result is that of {@link #allGather(Data, Data, CodecChooser, CallOptions)}.
     *
     * @param input may be exactly this rank's place in the root's output, else does not overlap it
     * @param output receives as many elements as the input has from each rank; looked at on the root only
     * @param root the rank that gets them, equal on all
     * @param codec decides how elements travel
     * @param options stream and error feedback
     * @return what was done
     */
    public final R gather(Data input, Data output, int root, CodecChooser codec, CallOptions options) {
        return carry(calls.gather(input, output, root, codec, options));
    }

    /**
     * Gives each rank its elements of the root's vector: rank {@code r} gets elements {@code r * count} to {@code (r + 1) *
     * count}, {@code count} being what the output has. With a quantizing codec the root's own come out rounded too.
     *
     * @param input {@code size() * count} elements; looked at on the root only
     * @param output receives this rank's elements, equally many on all ranks; may be exactly the root's place in its
     *     input, else does not overlap it
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel
     * @param options stream
     * @return what was done
     */
    public final R scatter(Data input, Data output, int root, CodecChooser codec, CallOptions options) {
        return carry(calls.scatter(input, output, root, codec, options));
    }

    /**
     * Copies the root's elements to all ranks; with a quantizing codec rounded once, the root's own too.
     *
     * @param data read on the root, written on all
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel
     * @param options stream
     * @return what was done
     */
    public final R broadcast(Data data, int root, CodecChooser codec, CallOptions options) {
        return carry(calls.broadcast(data, root, codec, options));
    }

    /**
     * Copies a segment of the root to all ranks; see {@link #broadcast(Data, int, CodecChooser, CallOptions)}.
     *
     * @param data {@code count} elements, read on the root, written on all
     * @param count elements, equal on all, may be 0
     * @param type of the elements
     * @param root the rank whose elements these are, equal on all
     * @param codec decides how elements travel
     * @param options stream
     * @return what was done
     */
    public final R broadcast(
            MemorySegment data, long count, ElementType type, int root, CodecChooser codec, CallOptions options) {
        return broadcast(new Data(Objects.requireNonNull(data, "data"), type, count), root, codec, options);
    }

    /**
     * Is over when all ranks have called it.
     *
     * @return what was done
     */
    public final R barrier() {
        return carry(calls.barrier());
    }
}
