// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitreduce.codec.Draws;

/**
 * Which rank runs on which host. Hosts are numbered by their lowest rank, so that two placements that put the same ranks
 * together are equal. Part of the definition of {@link Mode#TWO_LEVEL}. Immutable.
 */
public final class Placement {

    private final int[] hostOfRank;
    private final int[][] ranksOfHost;

    private Placement(int[] hostOfRank, int hosts) {
        this.hostOfRank = hostOfRank;
        int[] counts = new int[hosts];
        for (int host : hostOfRank) {
            counts[host]++;
        }
        this.ranksOfHost = new int[hosts][];
        Arrays.setAll(ranksOfHost, host -> new int[counts[host]]);
        int[] filled = new int[hosts];
        for (int rank = 0; rank < hostOfRank.length; rank++) {
            int host = hostOfRank[rank];
            ranksOfHost[host][filled[host]++] = rank;
        }
    }

    /**
     * {@return a placement}
     *
     * @param hosts one number per rank, at least one: equal ones share a host; which numbers they are does not matter
     */
    public static Placement of(int... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException("a placement has at least one rank: ranks=0");
        }
        Map<Integer, Integer> numbers = new HashMap<>();
        int[] hostOfRank = new int[hosts.length];
        for (int rank = 0; rank < hosts.length; rank++) {
            Integer known = numbers.putIfAbsent(hosts[rank], numbers.size());
            hostOfRank[rank] = known == null ? numbers.size() - 1 : known;
        }
        return new Placement(hostOfRank, numbers.size());
    }

    /**
     * {@return all ranks on one host}
     *
     * @param ranks how many, at least 1
     */
    public static Placement together(int ranks) {
        return of(new int[ranks]);
    }

    /**
     * {@return every rank on a host of its own}
     *
     * @param ranks how many, at least 1
     */
    public static Placement separate(int ranks) {
        int[] hosts = new int[ranks];
        Arrays.setAll(hosts, rank -> rank);
        return of(hosts);
    }

    /**
     * Reads a placement.
     *
     * @param text one host number per rank, joined by commas, such as {@code 0,0,1,1}
     * @return the placement
     * @throws IllegalArgumentException if it is something else
     */
    public static Placement parse(String text) {
        try {
            return of(Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .mapToInt(Integer::parseInt)
                    .toArray());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a placement is one host number per rank, such as 0,0,1,1: placement=" + text, e);
        }
    }

    /** {@return the number of ranks} */
    public int ranks() {
        return hostOfRank.length;
    }

    /** {@return the number of hosts} */
    public int hosts() {
        return ranksOfHost.length;
    }

    /**
     * {@return the host of a rank, from 0}
     *
     * @param rank 0 to {@code ranks() - 1}
     */
    public int hostOf(int rank) {
        return hostOfRank[rank];
    }

    /**
     * {@return the ranks of a host, lowest first}
     *
     * @param host 0 to {@code hosts() - 1}
     */
    public int[] ranksOf(int host) {
        return ranksOfHost[host].clone();
    }

    /** {@return the number of ranks on the host that has fewest} */
    public int fewest() {
        return Arrays.stream(ranksOfHost).mapToInt(ranks -> ranks.length).min().orElseThrow();
    }

    /**
     * {@return whether ranks are all on one host}
     *
     * @param ranks at least one
     */
    public boolean areTogether(int... ranks) {
        for (int rank : ranks) {
            if (hostOfRank[rank] != hostOfRank[ranks[0]]) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return the placement of some of the ranks}
     *
     * @param ranks in the order of their new numbers
     */
    public Placement among(int... ranks) {
        return of(Arrays.stream(ranks).map(this::hostOf).toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Placement placement && Arrays.equals(hostOfRank, placement.hostOfRank);
    }

    @Override
    public int hashCode() {
        long hash = hostOfRank.length;
        for (int host : hostOfRank) {
            hash = Draws.mix64(hash + host);
        }
        return Long.hashCode(hash);
    }

    /** {@return the host of every rank, joined by commas, as {@link #parse} reads it} */
    @Override
    public String toString() {
        return Arrays.stream(hostOfRank).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
