// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.concurrent.locks.LockSupport;
import org.bitreduce.Placement;

/**
 * One rank's end of a group of ranks: all that an algorithm may know of the network. A transport posts and polls:
 * nothing in it waits for a peer. It has two faculties: messages, and, where ranks share memory, reading in place what a
 * peer has sent, so that on one host nothing is copied twice.
 *
 * <p>Messages are matched by (source, tag): a receive takes the one message that its source sent with its tag. No two
 * messages of one source to one destination that are under way at the same time carry the same tag. Order does not
 * matter: messages with different tags may be received in any order, and sent before or after their receive is posted.
 *
 * <p>An instance is confined to one thread at a time. It fails for good: after one method has thrown a {@link
 * org.bitreduce.CollectiveException}, only {@link #abort} and {@link #close} may be called.
 */
public interface Transport extends AutoCloseable {

    /** {@return this rank, from 0 to {@code size() - 1}} */
    int rank();

    /** {@return the number of ranks, at least 1} */
    int size();

    /** {@return what reports call it, such as "shared-memory" or "mpj-niodev"} */
    String name();

    /**
     * {@return a description of a rank for people: host and process id, as far as known}
     *
     * @param rank any rank of the group
     */
    String describe(int rank);

    /** {@return what tells this group's messages from those of other groups over the same wires; 0 for all ranks} */
    default int context() {
        return 0;
    }

    /** {@return the group for messages, such as " in group 2 of ranks [1, 3]"; empty for all ranks} */
    default String group() {
        return "";
    }

    /**
     * {@return whether all received messages are read in the sender's memory} If so, receives take no landing buffer.
     */
    boolean readsInPlace();

    /**
     * {@return whether messages of a rank are read in its memory} If so, receives from it take no landing buffer.
     *
     * @param source another rank
     */
    default boolean readsInPlace(int source) {
        return readsInPlace();
    }

    /** {@return which ranks run on the same host, as far as known; the same on all ranks} */
    default Placement placement() {
        return Placement.separate(size());
    }

    /**
     * {@return the faculty of reading the vectors of ranks {@linkplain #placement() of the same host} where they lie; null
     * for transports without it, the usual case}
     */
    default InPlaceMemory inPlace() {
        return null;
    }

    /** {@return the longest message, in bytes} */
    long maxMessageBytes();

    /**
     * Allocates memory that messages leave from or land in without another copy.
     *
     * @param bytes size in bytes, 1 to {@link #maxMessageBytes()}
     * @return zeroed memory, aligned to 64 bytes, owned by the caller until {@link MessageBuffer#close} or the
     *     transport's {@link #close}
     * @throws org.bitreduce.TransportException if there is no memory left (for example in /dev/shm), saying how much was
     *     wanted and what to do
     */
    MessageBuffer allocate(long bytes);

    /** {@return a new request, to be used again and again by its owner} */
    Request newRequest();

    /**
     * Posts a message. The buffer's first {@code length} bytes must not change until the request is done.
     *
     * @param request idle; done when the buffer may be written again
     * @param destination another rank than this one
     * @param tag what the receiver waits for, not negative
     * @param message from {@link #allocate} of this transport
     * @param length bytes to send, 1 to the buffer's size
     */
    void send(Request request, int destination, long tag, MessageBuffer message, long length);

    /**
     * Posts the same message to every other rank. With one rank, the request is done at once.
     *
     * @param request idle; done when the buffer may be written again
     * @param tag what the receivers wait for, not negative
     * @param message from {@link #allocate} of this transport
     * @param length bytes to send, 1 to the buffer's size
     */
    void publish(Request request, long tag, MessageBuffer message, long length);

    /**
     * Posts the same message to some ranks. With none, the request is done at once.
     *
     * @param request idle; done when the buffer may be written again
     * @param destinations different ranks, not this one; not kept
     * @param tag what the receivers wait for, not negative
     * @param message from {@link #allocate} of this transport
     * @param length bytes to send, 1 to the buffer's size
     */
    void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length);

    /**
     * Posts a receive. Once the request is done, {@link Request#message()} is the message, which stays readable until
     * {@link Request#release()}.
     *
     * @param request idle
     * @param source another rank than this one
     * @param tag not negative
     * @param landing from {@link #allocate}, big enough for the message; ignored, and may be null, where {@link
     *     #readsInPlace(int)}
     */
    void receive(Request request, int source, long tag, MessageBuffer landing);

    /**
     * Moves what can be moved, and completes requests. Returns at once.
     *
     * @return whether anything happened
     * @throws org.bitreduce.RankFailedException if a peer is known to be dead, or has aborted
     */
    boolean progress();

    /**
     * Waits until something may have happened, or, where the transport cannot tell, for a while. For waits that have
     * lasted long already.
     *
     * @param nanos how long at most, about; positive
     */
    default void await(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    /** {@return whether {@link #await} ends as soon as something happens} */
    default boolean wakes() {
        return false;
    }

    /** {@return what has gone through this end so far} */
    Traffic traffic();

    /**
     * Tells the peers, as far as possible, that this rank gives up, so that they fail at once and not at their deadline.
     * Does not throw.
     *
     * @param cause one line for the peers' messages
     */
    void abort(String cause);

    /**
     * Leaves the group and frees its memory; peers that still read from it keep it until they leave. Returns within
     * seconds, whatever the peers do. Has no effect the second time.
     */
    @Override
    void close();
}
