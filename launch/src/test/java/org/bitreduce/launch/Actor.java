// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.RankFailedException;
import org.bitreduce.join.LocalRank;

/** A rank program that does to itself what the system property {@code actor} says, in the rank 2 unless told. */
public final class Actor {

    private Actor() {}

    /**
     * Acts.
     *
     * @param args as the launcher gives them
     * @throws Exception if told so
     */
    public static void main(String[] args) throws Exception {
        int rank = rank(args);
        System.out.println("hello from " + rank + " with " + String.join(",", args));
        String act = System.getProperty("actor", "well");
        boolean mine = rank == Integer.getInteger("actor.rank", 2);
        switch (act) {
            case "well" -> {}
            case "lines" -> lines();
            case "hang" -> hang();
            case "stop" -> System.exit(75);
            case "stop later" -> {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(75)));
                System.out.println("ready");
                hang();
            }
            default -> {
                if (!mine) {
                    hang();
                }
                misbehave(act);
            }
        }
    }

    private static void misbehave(String act) throws InterruptedException {
        switch (act) {
            case "throw" -> throw new IllegalStateException("this rank has had enough");
            case "complain" -> throw new RankFailedException("rank 0 is silent");
            case "exit" -> System.exit(3);
            case "halt" -> Runtime.getRuntime().halt(5);
            case "halt0" -> Runtime.getRuntime().halt(0);
            case "host dies" -> {
                // What this rank has told its host until now must get through before.
                LockSupport.parkNanos(1_000_000_000L);
                ProcessHandle.current().parent().orElseThrow().destroyForcibly();
                hang();
            }
            case "kill" -> {
                ProcessHandle self = ProcessHandle.current();
                try {
                    new ProcessBuilder("kill", "-9", Long.toString(self.pid())).start();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                hang();
            }
            default -> throw new AssertionError("unknown act: " + act);
        }
    }

    private static void lines() throws InterruptedException {
        System.out.println();
        System.out.print("one ");
        System.out.print("line");
        System.out.println();
        System.err.println("to standard error");
        Thread thread = Thread.ofVirtual().start(() -> System.out.println("from a virtual thread"));
        thread.join();
        Thread.currentThread().interrupt();
        System.out.println("printed while interrupted");
        Thread.interrupted();
        System.out.print("10 %\r20 %\r100 %\n");
        System.out.print("no end of line");
    }

    private static void hang() throws InterruptedException {
        new CountDownLatch(1).await(5, TimeUnit.MINUTES);
    }

    static int rank(String[] args) {
        if (LocalRank.CURRENT.isBound()) {
            return LocalRank.CURRENT.get().rank();
        }
        if (args.length > 2 && args[2].equals("hybdev")) {
            int jvms = Integer.parseInt(args[4]);
            int jvm = Integer.parseInt(args[5]);
            int total = Integer.parseInt(args[3]);
            return jvm * (total / jvms) + Math.min(jvm, total % jvms) + Integer.parseInt(args[0]);
        }
        Integer property = Integer.getInteger("bitreduce.rank");
        return property != null ? property : Integer.parseInt(args[0]);
    }
}
