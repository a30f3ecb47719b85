// SPDX-License-Identifier: Apache-2.0
/**
 * The public API: communicators, vectors, codecs and the outcome of a collective.
 *
 * <pre>{@code
 * try (Communicator world = Communicator.join(args)) {               // these ranks
 *     MemorySegment gradient = world.allocate(count * Float.BYTES);  // off-heap, shared
 *     Outcome o = world.allReduce(gradient, ElementType.FLOAT, Reduction.MEAN, Codec.uniform(4));
 *     System.out.println(o.bits() + " bits, " + o.wireBytes() + " bytes sent");
 * }
 * }</pre>
 *
 * <table>
 * <caption>Where to begin</caption>
 * <tr><th scope="col">to</th><th scope="col">see</th></tr>
 * <tr><td>join the other ranks, make groups, allocate</td><td>{@link org.bitreduce.Communicator}</td></tr>
 * <tr><td>call a collective: waiting for it, not waiting, again and again</td><td>{@link org.bitreduce.Collectives}, {@link
 * org.bitreduce.Pending}, {@link org.bitreduce.Persistent}</td></tr>
 * <tr><td>pass segments, arrays or Agrona buffers</td><td>{@link org.bitreduce.Data}</td></tr>
 * <tr><td>say how many bits, or how large an error may be</td><td>{@link org.bitreduce.Codec}, {@link
 * org.bitreduce.CodecChooser}; controllers of training in {@code org.bitreduce.dqsgd}</td></tr>
 * <tr><td>choose the arithmetic, keep what rounding drops</td><td>{@link org.bitreduce.CallOptions}, {@link
 * org.bitreduce.Mode}</td></tr>
 * <tr><td>send many small tensors as one</td><td>{@link org.bitreduce.Fusion}</td></tr>
 * </table>
 *
 * <p><b>Memory.</b> What a caller passes stays the caller's; a call touches it only until it has returned (a {@link
 * org.bitreduce.Pending}: until it is over). <b>Threads.</b> A communicator is used by one thread at a time; records and
 * enums here are immutable. <b>Errors.</b> Arguments are checked before anything is sent: {@link
 * java.lang.IllegalArgumentException}, {@link java.lang.IndexOutOfBoundsException}, {@link java.lang.NullPointerException}
 * or, on a closed communicator, {@link java.lang.IllegalStateException}. What ranks can only find out together is a {@link
 * org.bitreduce.CollectiveException}: a clean one leaves the communicator usable, any other ends it.
 */
package org.bitreduce;
