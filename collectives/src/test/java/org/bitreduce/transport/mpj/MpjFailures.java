// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.CollectiveException;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.KnownMessages;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Transport;

/** Rank 1, or its message, goes wrong, and the others must notice. */
final class MpjFailures {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final KnownMessages messages;
    private final Transport transport;
    private final int rank;

    MpjFailures(KnownMessages messages) {
        this.messages = messages;
        transport = messages.transport();
        rank = transport.rank();
    }

    void abort() {
        meet();
        if (rank == 1) {
            transport.abort("out of coffee");
            LockSupport.parkNanos(500_000_000); // its word must get through before this process halts
            return;
        }
        expect(awaitFailure(), "rank 1 (", "out of coffee");
    }

    void kill() throws IOException {
        meet();
        if (rank == 1) {
            signal("-KILL", ProcessHandle.current().pid());
            LockSupport.parkNanos(PATIENCE_NANOS);
            throw new AssertionError("still alive");
        }
        expect(awaitFailure(), "rank 1 (host ", ", pid ");
    }

    void leave() {
        meet();
        if (rank != 1) {
            expect(awaitFailure(), "rank 1 (", "has left");
        }
    }

    /** A peer that does not read must block neither a send, nor the polling, nor the end: only then is it killed. */
    void frozen() throws IOException {
        meet();
        if (rank == 1) {
            signal("-STOP", ProcessHandle.current().pid());
            LockSupport.parkNanos(PATIENCE_NANOS);
            throw new AssertionError("still running");
        }
        long peer = peerPid();
        await("rank 1 to stop", () -> isStopped(peer));
        for (int i = 0; i < 8; i++) {
            messages.to(1, messages.tags(1), 4 << 20).post();
            messages.to(1, messages.tags(1), 100).post();
            transport.progress();
        }
        messages.require(
                !messages.to(1, messages.tags(1), 100).post().isDone(), "no send in spite of all that is before it");
        transport.close();
        signal("-KILL", peer);
    }

    /** Short and cut messages are refused; one that MPJ lands in one piece ends its selector, which is noticed. */
    void oversize(int later) {
        if (rank == later) {
            LockSupport.parkNanos(700_000_000); // for the other to have sent, or to wait, which nobody can see
        }
        if (rank == 0) {
            messages.to(1, 1, 3_000).post();
            messages.to(1, 2, 10_000_000).post();
            long peer = peerPid();
            await(
                    "the end of rank 1",
                    () -> !ProcessHandle.of(peer).map(ProcessHandle::isAlive).orElse(false));
            return;
        }
        try {
            messages.from(0, 2, 10_000_000, 200_000).post().arrive();
        } catch (CollectiveException e) {
            expect(e, "longer than");
            return;
        }
        throw new AssertionError("nothing was noticed");
    }

    /** Returns to rank 1 when all others have met, so that its failure ends nothing that came before. */
    private void meet() {
        messages.barrier();
        long tag = messages.tags(1);
        if (rank == 1) {
            messages.fromAll(tag, 10).forEach(KnownMessages.Incoming::finish);
        } else {
            messages.to(1, tag, 10).post();
        }
    }

    private RankFailedException awaitFailure() {
        MessageBuffer in = transport.allocate(10);
        transport.receive(transport.newRequest(), 1, messages.tags(1), in);
        try {
            await("the failure of rank 1", () -> {
                while (transport.progress()) {
                    // until there is nothing to do
                }
                return false;
            });
        } catch (RankFailedException e) {
            return e;
        }
        throw new AssertionError("nothing was noticed");
    }

    /** What is waited for. */
    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private long peerPid() {
        String peer = transport.describe(1);
        return Long.parseLong(peer.substring(peer.indexOf("pid ") + 4).replaceAll("\\D.*", ""));
    }

    private static boolean isStopped(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith("T", stat.lastIndexOf(')') + 2); // behind the name, which may hold anything
        } catch (IOException e) {
            throw new AssertionError("cannot see the state of rank 1", e);
        }
    }

    private static void signal(String signal, long pid) throws IOException {
        new ProcessBuilder("kill", signal, Long.toString(pid)).start();
    }

    private static void expect(CollectiveException e, String... parts) {
        for (String part : parts) {
            if (!e.getMessage().contains(part)) {
                throw new AssertionError("does not say \"" + part + "\"", e);
            }
        }
        System.out.println("NOTICED " + e.getMessage());
    }
}
