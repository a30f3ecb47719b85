// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.Arrays;
import org.bitreduce.Placement;

/**
 * Some ranks of a transport as a group of their own, numbered from 0. Its messages carry the group's context in the upper
 * bits of their tags, so that they never meet those of other groups over the same transport, whose memory, counters and
 * failures it shares. Confined, with all groups over that transport, to one thread at a time.
 */
public final class GroupTransport implements Transport {

    /** Tags of a group's own messages are less than 2 to this power. */
    public static final int TAG_BITS = 47;

    /** Of those, so many of the lowest tell messages of one call apart; the number of the call stands above. */
    public static final int MESSAGE_BITS = 21;

    /** The greatest context, which groups have that agree on the context of another one. */
    public static final int FORMING = 0xffff;

    private final Transport all;
    private final int[] ranks;
    private final int rank;
    private final int context;
    private final long tagBase;
    private final int[] others;
    private final InPlaceMemory memory;
    private final Placement placement;

    /**
     * Makes this rank's end of a group.
     *
     * @param all the transport between all ranks; stays the caller's, and open
     * @param ranks the members' ranks there, different from each other, this rank among them; the same on all members
     * @param context tells the group from others that share a rank with it, 1 to {@link #FORMING}
     * @param tagBase goes into every tag, less than 2^{@value #TAG_BITS}; the group's own tags have none of its bits
     */
    public GroupTransport(Transport all, int[] ranks, int context, long tagBase) {
        this.all = all;
        this.ranks = ranks.clone();
        this.context = context;
        this.tagBase = (long) context << TAG_BITS | tagBase;
        this.rank = indexOf(all.rank());
        this.others = Arrays.stream(ranks).filter(r -> r != all.rank()).toArray();
        this.placement = all.placement().among(ranks);
        this.memory = all.inPlace() == null ? null : new RenumberedPlaces(all.inPlace(), ranks);
    }

    /**
     * {@return a member's rank among all ranks}
     *
     * @param member its rank here
     */
    public int rankOfAll(int member) {
        return ranks[member];
    }

    private int indexOf(int rankOfAll) {
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] == rankOfAll) {
                return i;
            }
        }
        throw new IllegalArgumentException("a group's own rank must be among its ranks: rank=%d, ranks=%s"
                .formatted(rankOfAll, Arrays.toString(ranks)));
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return ranks.length;
    }

    @Override
    public String name() {
        return all.name();
    }

    @Override
    public String describe(int peer) {
        return "rank %d of all, %s".formatted(ranks[peer], all.describe(ranks[peer]));
    }

    @Override
    public int context() {
        return context;
    }

    @Override
    public String group() {
        return " in group %d of ranks %s".formatted(context, Arrays.toString(ranks));
    }

    @Override
    public boolean readsInPlace() {
        return all.readsInPlace();
    }

    @Override
    public boolean readsInPlace(int source) {
        return all.readsInPlace(ranks[source]);
    }

    @Override
    public Placement placement() {
        return placement;
    }

    @Override
    public InPlaceMemory inPlace() {
        return memory;
    }

    @Override
    public long maxMessageBytes() {
        return all.maxMessageBytes();
    }

    @Override
    public MessageBuffer allocate(long bytes) {
        return all.allocate(bytes);
    }

    @Override
    public Request newRequest() {
        return all.newRequest();
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        all.send(request, ranks[destination], tagBase | tag, message, length);
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        all.publish(request, others, tagBase | tag, message, length);
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        int[] there = new int[destinations.length];
        for (int i = 0; i < there.length; i++) {
            there[i] = ranks[destinations[i]];
        }
        all.publish(request, there, tagBase | tag, message, length);
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        all.receive(request, ranks[source], tagBase | tag, landing);
    }

    @Override
    public boolean progress() {
        return all.progress();
    }

    @Override
    public void await(long nanos) {
        all.await(nanos);
    }

    @Override
    public boolean wakes() {
        return all.wakes();
    }

    @Override
    public Traffic traffic() {
        return all.traffic();
    }

    /** Gives up for all groups over the transport: nobody can tell which messages have got lost. */
    @Override
    public void abort(String cause) {
        all.abort(cause);
    }

    /** Leaves the transport between all ranks as it is. */
    @Override
    public void close() {
        // It belongs to whoever opened it.
    }
}
