// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.TransportException;

/** Waits until all ranks have said who they are, and checks that they can work together. */
final class Meeting {

    /** Below this, MPJ would have to be asked for almost every message. */
    private static final int SMALLEST_SWITCH_LIMIT = 4096;

    private Meeting() {}

    static void await(Control control, MpjDevice device, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        List<Integer> absent = absent(control, device.size());
        while (!absent.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new CollectiveTimeoutException("rank " + device.rank() + " waited " + deadline.toMillis()
                        + " ms for rank(s) " + absent + " of " + device.size()
                        + " to join: do they run, and join as well?");
            }
            if (!control.poll()) {
                LockSupport.parkNanos(200_000);
            }
            absent = absent(control, device.size());
        }
        checkSwitchLimits(control, device);
    }

    private static List<Integer> absent(Control control, int size) {
        List<Integer> absent = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            if (control.peer(rank) == null) {
                absent.add(rank);
            }
        }
        return absent;
    }

    private static void checkSwitchLimits(Control control, MpjDevice device) {
        int own = device.switchLimit();
        if (own < SMALLEST_SWITCH_LIMIT) {
            throw new TransportException("MPJ's protocol switch limit is too small: psl=" + own
                    + "; start the job with mpjrun -psl 1073741824, at least -psl " + SMALLEST_SWITCH_LIMIT);
        }
        for (int rank = 0; rank < device.size(); rank++) {
            if (control.peer(rank).switchLimit() != own) {
                throw new TransportException("MPJ's protocol switch limit differs: rank " + device.rank() + " psl="
                        + own + ", rank " + rank + " psl=" + control.peer(rank).switchLimit()
                        + "; start all ranks with the same -psl");
            }
        }
    }
}
