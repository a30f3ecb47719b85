// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/** How tests bring the ends of a group together, on the loopback. */
public final class TcpEnds implements AutoCloseable {

    /** Long enough for a busy machine. */
    public static final Duration DEADLINE = Duration.ofSeconds(20);

    private final List<Transport> ends;

    private TcpEnds(List<Transport> ends) {
        this.ends = ends;
    }

    /**
     * Makes a group.
     *
     * @param size number of ranks
     * @return all its ends
     */
    public static TcpEnds of(int size) {
        return of(size, SocketTuning.DEFAULT);
    }

    static TcpEnds of(int size, SocketTuning tuning) {
        JobSecret secret = JobSecret.random();
        try (MeetingPoint point = MeetingPoint.open(InetAddress.getLoopbackAddress(), size, secret);
                ExecutorService threads = Executors.newFixedThreadPool(size)) {
            List<Future<Transport>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                int r = rank;
                futures.add(threads.submit(() -> TcpGroup.meet(point.address(), secret, r, size, DEADLINE, tuning)));
            }
            List<Transport> ends = new ArrayList<>();
            for (Future<Transport> future : futures) {
                ends.add(future.get(DEADLINE.toSeconds() + 5, TimeUnit.SECONDS));
            }
            return new TcpEnds(ends);
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return a rank's end} */
    public Transport end(int rank) {
        return ends.get(rank);
    }

    /** Closes the ends that are still open. */
    @Override
    public void close() {
        ends.forEach(Transport::close);
    }

    static void await(Transport transport, Request request) {
        Waiter waiter = new Waiter(transport, DEADLINE);
        while (!request.isDone()) {
            waiter.idle(transport.progress());
            if (waiter.isExpired()) {
                throw new AssertionError("rank " + transport.rank() + " waits in vain");
            }
        }
    }
}
