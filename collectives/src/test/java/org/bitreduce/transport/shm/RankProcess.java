// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.TransportContract;

/** A rank in a process of its own, for tests. Arguments: what to do, directory, rank, size. */
public final class RankProcess {

    private RankProcess() {}

    /** Starts this class in a JVM like this one, its output going to {@code log}. */
    static Process start(String task, Path directory, int rank, int size, Path log) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RankProcess.class.getName(),
                task,
                directory.toString(),
                Integer.toString(rank),
                Integer.toString(size));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /**
     * Runs one rank; an error ends the process with status 1.
     *
     * @param args task, directory, rank, size
     * @throws Exception any error
     */
    public static void main(String[] args) throws Exception {
        int rank = Integer.parseInt(args[2]);
        int size = Integer.parseInt(args[3]);
        try (var transport = SharedMemoryGroup.mapped(Path.of(args[1]), rank, size, Duration.ofSeconds(30))) {
            switch (args[0]) {
                case "contract" -> {
                    TransportContract.check(transport);
                    TransportContract.soak(transport, 500, 300, 3);
                    if (size == 2) {
                        TransportContract.checkLongMessage(transport, 32L << 20);
                    }
                }
                case "sleep" -> {
                    transport.allocate(1 << 20);
                    Thread.sleep(60_000);
                }
                case "wait" -> {
                    Request receive = transport.newRequest();
                    transport.receive(receive, size - 1, 0, null);
                    Ends.await(transport, receive);
                }
                default -> throw new IllegalArgumentException("task=" + args[0]);
            }
        }
    }
}
