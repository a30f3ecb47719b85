// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MpiInstallationTest {

    private static MpiInstallation installation(String... compiler) {
        return new MpiInstallation(MpiFamily.MPICH, Path.of("mpirun"), List.of(compiler), List.of(), Map.of());
    }

    @Test
    void sourcesThatDoNotCompileAreNamedWithWhatTheCompilerSays(@TempDir Path cache) {
        var e = assertThrows(
                Unavailable.class,
                () -> installation("sh", "-c", "echo fatal error: mpi.h: No such file; exit 1")
                        .compile(cache));
        assertTrue(e.getMessage().contains("does not compile: command=sh -c"), e::getMessage);
        assertTrue(e.getMessage().endsWith("compiler says: fatal error: mpi.h: No such file"), e::getMessage);
    }

    /** The program, with an MPI of one rank whose all-gather is wrong. */
    @Test
    void theProgramServesAndFindsWrongResults(@TempDir Path folder) throws Exception {
        assumeTrue(Tool.find("gcc").isPresent(), "skipped: no gcc");
        Path header = Path.of(MpiInstallationTest.class.getResource("mpi.h").toURI());
        MpiInstallation mpi = installation("gcc", "-Wall", "-Wextra", "-Werror", "-I" + header.getParent());
        Path program = mpi.compile(folder);
        assertEquals(program, mpi.compile(folder), "compiled once");
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process process = new ProcessBuilder(program.toString(), socket.toString()).start();
            try (SocketChannel line = server.accept();
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(Channels.newInputStream(line), US_ASCII))) {
                assertEquals("hello 0 1 %d One rank".formatted(process.pid()), in.readLine());
                for (String operation :
                        List.of("all-reduce", "reduce", "reduce-scatter", "gather", "scatter", "broadcast")) {
                    for (String place : List.of("in", "out")) {
                        String answer = ask(line, in, "run " + operation + " 4000 1 3 " + place + " 1 -");
                        assertTrue(answer.matches("times( \\d+){3} wrong 0 sent 0"), answer);
                    }
                }
                assertTrue(ask(line, in, "run barrier 4 0 2 out 1").matches("times( \\d+){2} wrong 0 sent 0"));
                assertTrue(ask(line, in, "run all-gather 4000 1 3 out 1").endsWith(" wrong 1 sent 0"));
                assertTrue(ask(line, in, "run all-gather 4000 1 3 out 0").endsWith(" wrong 0 sent 0"));
                assertEquals("error unknown operation: run all 4 1 1 out 1", ask(line, in, "run all 4 1 1 out 1"));
                assertTrue(ask(line, in, "run ping-pong 4 1 1 out 1").startsWith("error ping-pong needs 2 ranks"));
                assertTrue(ask(line, in, "run all-reduce 99999999999 1 1 out 1").contains("out of range"));
                assertTrue(ask(line, in, "hello").startsWith("error a command is: run OPERATION"));
            }
            assertEquals(0, process.waitFor(), "ends when its connection does");
        }
    }

    private static String ask(SocketChannel line, BufferedReader in, String command) throws Exception {
        line.write(ByteBuffer.wrap((command + "\n").getBytes(US_ASCII)));
        return in.readLine();
    }
}
