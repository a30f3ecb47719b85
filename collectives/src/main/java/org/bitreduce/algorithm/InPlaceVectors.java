// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.transport.InPlaceMemory;

/**
 * Finds ranks' vectors where they lie. A function of what all ranks know from the agreement, so that all those whose
 * vectors are asked for come to the same.
 */
final class InPlaceVectors {

    /** Where a rank's vector lies. */
    @FunctionalInterface
    interface Places {
        long of(int rank);
    }

    private InPlaceVectors() {}

    /**
     * {@return the vectors of ranks; null if they cannot all be read by each of these ranks}
     *
     * @param ranks this one among them
     * @param own this rank's vector
     * @param bytes of each vector
     */
    static List<MemorySegment> of(Group group, int[] ranks, Places places, MemorySegment own, long bytes) {
        if (!canShare(group, ranks)) {
            return null;
        }
        MemorySegment[] views = new MemorySegment[ranks.length];
        for (int i = 0; i < views.length; i++) {
            long place = places.of(ranks[i]);
            if (place == InPlaceMemory.NOWHERE) {
                return null;
            }
            views[i] =
                    ranks[i] == group.rank() ? own : group.transport().inPlace().view(ranks[i], place, bytes);
        }
        return Arrays.asList(views);
    }

    /**
     * {@return one rank's vector, at its index among all ranks; null if they cannot all read it}
     *
     * @param root whose vector it is
     */
    static List<MemorySegment> ofRoot(Group group, int root, Places places, MemorySegment own, long bytes) {
        long place = places.of(root);
        if (place == InPlaceMemory.NOWHERE || !canShare(group, group.ranks())) {
            return null;
        }
        MemorySegment[] views = new MemorySegment[group.size()];
        views[root] = root == group.rank() ? own : group.transport().inPlace().view(root, place, bytes);
        return Arrays.asList(views);
    }

    private static boolean canShare(Group group, int[] ranks) {
        return group.transport().inPlace() != null
                && group.transport().placement().areTogether(ranks);
    }
}
