// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bitreduce.CollectiveException;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.TransportException;

/** Gives calls of MPJ, which wait for ever, a deadline. */
final class Patience {

    private Patience() {}

    /**
     * Makes a call in a thread of its own, in the caller's thread group and with its class loader. When the deadline
     * passes, that thread is left behind.
     *
     * @param what the call, for messages
     * @throws CollectiveTimeoutException if the deadline passes
     * @throws TransportException if MPJ fails
     */
    static <T> T call(String what, Duration deadline, Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().name("bitreduce-mpj-" + what).start(task);
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CollectiveTimeoutException(
                    what + " did not return within " + deadline.toMillis() + " ms: do all ranks run and call it?", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CollectiveException cause) {
                throw cause;
            }
            throw new TransportException(what + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(what + " was interrupted", e);
        }
    }
}
