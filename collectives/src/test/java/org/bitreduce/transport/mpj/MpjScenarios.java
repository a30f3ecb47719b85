// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import mpi.MPI;
import org.bitreduce.CollectiveException;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.GroupScenarios;
import org.bitreduce.MismatchMatrix;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;

/** What the ranks of a test job do with their transport, each a name for the command line. */
final class MpjScenarios extends MpjMessages {

    MpjScenarios(Transport transport) {
        super(transport);
    }

    /** {@return whether MPI.Finalize would wait for ever after it} */
    static boolean endsByHalt(String scenarios) {
        return List.of("abort", "kill", "frozen", "oversize").stream().anyMatch(scenarios::endsWith);
    }

    void run(String scenario) throws Exception {
        switch (scenario) {
            case "messages" -> {
                tagsOutOfOrder();
                bigTags();
                sizes();
                manyLarge(8, 1 << 20);
                manyLarge(4, 4 << 20);
                publications();
                soak();
            }
            case "beside" -> besideTheUsersOwn();
            case "abort" -> abort();
            case "kill" -> kill();
            case "leave" -> leave();
            case "frozen" -> frozen();
            case "oversize" -> oversize(0);
            case "late-oversize" -> oversize(1);
            case "contract" -> TransportContract.check(transport);
            case "several" -> severalTransports();
            case "groups" -> groups();
            case "mismatch" -> mismatch();
            case "bench" -> new MpjPingPong(transport).run();
            default -> throw new IllegalArgumentException(scenario);
        }
    }

    /** Ends the transport, with the communicator that owns it. */
    private void groups() throws Exception {
        try (Communicator world = Communicator.over(transport, CommunicatorOptions.DEFAULT)) {
            GroupScenarios.run(world);
            System.out.println("GROUPS " + world.rank() + " " + world.transportName());
        }
    }

    /** Ends the transport, with the communicator that owns it. */
    private void mismatch() {
        try (Communicator world = Communicator.over(transport, CommunicatorOptions.DEFAULT)) {
            System.out.println("MISMATCHES " + MismatchMatrix.runOnce(world) + " " + world.transportName());
        }
    }

    /** All receives, then all sends the other way round; then sends first. */
    private void tagsOutOfOrder() {
        int count = 20;
        List<Request> requests = new ArrayList<>();
        List<Request> receives = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            if (half == 1) {
                sendAll(requests, count, 5000, true);
            }
            for (int peer : peers()) {
                for (int tag = 0; tag < count; tag++) {
                    receives.add(receive(peer, tag + half * 100L, 5000));
                }
            }
            if (half == 0) {
                sendAll(requests, count, 5000, false);
            }
            await(receives);
            int at = 0;
            for (int peer : peers()) {
                for (int tag = 0; tag < count; tag++) {
                    check(receives.get(at++), peer, tag + half * 100L, 1000 + tag);
                }
            }
            await(requests);
            receives.clear();
            requests.clear();
        }
    }

    private void sendAll(List<Request> requests, int count, int room, boolean second) {
        for (int peer : peers()) {
            for (int tag = count - 1; tag >= 0; tag--) {
                requests.add(send(peer, tag + (second ? 100 : 0), 1000 + tag, room));
            }
        }
    }

    private void bigTags() {
        long[] tags = {1L << 30, 1L << 31, 1L << 40, (1L << 49) - 1, 1L << 49, (1L << 62) + 7, Long.MAX_VALUE};
        List<Request> all = new ArrayList<>();
        List<Request> receives = new ArrayList<>();
        for (long tag : tags) {
            for (int peer : peers()) {
                receives.add(receive(peer, tag, 64));
                all.add(send(peer, tag, 64, 64));
            }
        }
        await(receives);
        int at = 0;
        for (long tag : tags) {
            for (int peer : peers()) {
                check(receives.get(at++), peer, tag, 64);
            }
        }
        await(all);
    }

    private void sizes() {
        int[] sizes = {1, 2, 63, 64, 4095, 4096, 131_047, 131_048, 131_049, 262_097, 1_000_003, 32 << 20};
        MessageBuffer out = transport.allocate(32 << 20);
        MessageBuffer in = transport.allocate(32 << 20);
        Request sending = transport.newRequest();
        Request receiving = transport.newRequest();
        int next = (rank + 1) % size;
        int previous = (rank + size - 1) % size;
        for (int length : sizes) {
            fill(out.segment(), rank, length, length);
            transport.receive(receiving, previous, length, in);
            transport.send(sending, next, length, out, length);
            await(List.of(receiving));
            check(receiving, previous, length, length);
            await(List.of(sending));
        }
        out.close();
        in.close();
    }

    /** The pattern that makes MPJ's own rendezvous protocol wait for ever. */
    private void manyLarge(int count, int bytes) {
        List<Request> all = new ArrayList<>();
        List<Request> receives = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int peer : peers()) {
                all.add(send(peer, i, bytes, bytes));
            }
        }
        for (int i = 0; i < count; i++) {
            for (int peer : peers()) {
                receives.add(receive(peer, i, bytes));
            }
        }
        await(receives);
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int peer : peers()) {
                check(receives.get(at++), peer, i, bytes);
            }
        }
        await(all);
    }

    private void publications() {
        for (int bytes : new int[] {100, 20_000, 3_000_000}) {
            long before = transport.traffic().sentBytes();
            MessageBuffer out = transport.allocate(bytes);
            fill(out.segment(), rank, 77, bytes);
            Request publishing = transport.newRequest();
            transport.publish(publishing, 77, out, bytes);
            List<Request> receives = new ArrayList<>();
            for (int peer : peers()) {
                receives.add(receive(peer, 77, bytes));
            }
            await(receives);
            for (int i = 0; i < receives.size(); i++) {
                check(receives.get(i), peers().get(i), 77, bytes);
            }
            await(List.of(publishing));
            long sent = transport.traffic().sentBytes() - before;
            long headers = 16 * (size - 1L); // some transports count theirs
            if (sent != (size - 1L) * bytes && sent != (size - 1L) * bytes + headers) {
                throw new AssertionError("traffic: sent=" + sent);
            }
        }
    }

    /** Many short messages with random sizes and tags, the same on all ranks. */
    private void soak() {
        long seed = 42;
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<Request> all = new ArrayList<>();
            List<Request> receives = new ArrayList<>();
            int[] lengths = random.ints(10, 1, 30_000).toArray();
            for (int i = 0; i < lengths.length; i++) {
                for (int peer : peers()) {
                    all.add(send(peer, round * 10L + i, lengths[i], lengths[i]));
                }
            }
            for (int i = lengths.length - 1; i >= 0; i--) {
                for (int peer : peers()) {
                    receives.add(receive(peer, round * 10L + i, lengths[i]));
                }
            }
            await(receives);
            int at = 0;
            for (int i = lengths.length - 1; i >= 0; i--) {
                for (int peer : peers()) {
                    check(receives.get(at++), peer, round * 10L + i, lengths[i]);
                }
            }
            await(all);
        }
    }

    /** The same tags and peers in the program's own messages; they must not meet ours. */
    private void besideTheUsersOwn() throws Exception {
        Thread user = Thread.ofPlatform().unstarted(this::exchangeAsUser);
        user.start();
        for (int i = 0; i < 5; i++) {
            manyLarge(3, 200_000);
        }
        user.join();
        if (userFailure != null) {
            throw userFailure;
        }
    }

    private volatile Exception userFailure;

    private void exchangeAsUser() {
        try {
            int next = (rank + 1) % size;
            int previous = (rank + size - 1) % size;
            for (int i = 0; i < 50; i++) {
                byte[] out = new byte[1000 + i];
                Arrays.fill(out, (byte) (rank + i));
                byte[] in = new byte[1000 + i];
                // Within a JVM a send of MPJ's waits for its receive.
                if (rank % 2 == 0) {
                    MPI.COMM_WORLD.Send(out, 0, out.length, MPI.BYTE, next, i % 3);
                }
                MPI.COMM_WORLD.Recv(in, 0, in.length, MPI.BYTE, previous, i % 3);
                if (rank % 2 == 1) {
                    MPI.COMM_WORLD.Send(out, 0, out.length, MPI.BYTE, next, i % 3);
                }
                Arrays.fill(out, (byte) (previous + i));
                if (!Arrays.equals(in, out)) {
                    throw new IllegalStateException("the user's own message " + i + " is wrong");
                }
            }
        } catch (Exception e) {
            userFailure = e;
        }
    }

    /** Two at once, each in a thread of its own, and one when the second has gone; all with the same tags. */
    private void severalTransports() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Transport other = Mpj.over(MPI.COMM_WORLD)) {
                FutureTask<Void> beside = new FutureTask<>(() -> TransportContract.check(other), null);
                Thread.ofPlatform().daemon().start(beside);
                TransportContract.check(transport);
                beside.get(30, TimeUnit.SECONDS);
            }
        }
    }

    private void abort() {
        meet();
        if (rank == 1) {
            transport.abort("out of coffee");
            LockSupport.parkNanos(500_000_000);
            return;
        }
        long start = System.nanoTime();
        RankFailedException e = awaitFailure();
        expect(e, "rank 1 (", "out of coffee");
        System.out.println("NOTICED " + (System.nanoTime() - start) / 1_000_000 + " ms: " + e.getMessage());
    }

    private void kill() throws Exception {
        meet();
        if (rank == 1) {
            signal("-KILL", ProcessHandle.current().pid());
            LockSupport.parkNanos(10_000_000_000L);
            throw new AssertionError("still alive");
        }
        long start = System.nanoTime();
        RankFailedException e = awaitFailure();
        expect(e, "rank 1 (host ", ", pid ");
        System.out.println("NOTICED " + (System.nanoTime() - start) / 1_000_000 + " ms: " + e.getMessage());
    }

    /** All ranks are here, so that the failure of one ends nothing that came before; some time for the last to know. */
    private void meet() {
        List<Request> receives = new ArrayList<>();
        for (int peer : peers()) {
            receives.add(receive(peer, 1, 10));
        }
        for (int peer : peers()) {
            send(peer, 1, 10, 10);
        }
        await(receives);
        if (rank == 1) {
            LockSupport.parkNanos(500_000_000);
        }
    }

    private void leave() {
        meet();
        if (rank == 1) {
            return;
        }
        expect(awaitFailure(), "rank 1 (", "has left");
    }

    /** A peer that does not read must block neither a send, nor the polling, nor the end. */
    private void frozen() throws Exception {
        meet();
        if (rank == 1) {
            signal("-STOP", ProcessHandle.current().pid());
            LockSupport.parkNanos(10_000_000_000L);
            throw new AssertionError("still running");
        }
        LockSupport.parkNanos(300_000_000);
        long start = System.nanoTime();
        for (int i = 0; i < 8; i++) {
            send(1, i, 4 << 20, 4 << 20);
            send(1, 100 + i, 100, 100);
            transport.progress();
        }
        if (send(1, 200, 100, 100).isDone()) {
            throw new AssertionError("sent in spite of all that is before it");
        }
        transport.close();
        long millis = (System.nanoTime() - start) / 1_000_000;
        signal("-KILL", peerPid());
        if (millis > 4000) {
            throw new AssertionError("took ms=" + millis);
        }
    }

    private long peerPid() {
        String peer = transport.describe(1);
        return Long.parseLong(peer.substring(peer.indexOf("pid ") + 4).replaceAll("\\D.*", ""));
    }

    private static void awaitEndOf(long pid) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end
                && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void signal(String signal, long pid) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(pid)).start();
    }

    /** Short and cut messages are refused; one that MPJ lands in one piece ends its selector, which is noticed. */
    private void oversize(int later) {
        if (rank == later) {
            LockSupport.parkNanos(700_000_000);
        }
        if (rank == 0) {
            send(1, 1, 3_000, 3_000);
            send(1, 2, 10_000_000, 10_000_000);
            awaitEndOf(peerPid());
            return;
        }
        try {
            await(List.of(receive(0, 2, 200_000)));
        } catch (CollectiveException e) {
            expect(e, "longer than");
            System.out.println("NOTICED " + e.getMessage());
            return;
        }
        throw new AssertionError("nothing was noticed");
    }

    private RankFailedException awaitFailure() {
        MessageBuffer in = transport.allocate(10);
        transport.receive(transport.newRequest(), 1, 99, in);
        long end = System.nanoTime() + 5_000_000_000L;
        try {
            while (System.nanoTime() < end) {
                if (!transport.progress()) {
                    LockSupport.parkNanos(100_000);
                }
            }
        } catch (RankFailedException e) {
            return e;
        }
        throw new AssertionError("nothing was noticed");
    }

    private static void expect(CollectiveException e, String... parts) {
        for (String part : parts) {
            if (!e.getMessage().contains(part)) {
                throw new AssertionError("does not say \"" + part + "\"", e);
            }
        }
    }
}
