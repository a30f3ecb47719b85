// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MpjDaemonTest {

    private static final String SECRET = "00112233445566778899aabbccddeeff";

    private static String answer(int port, String ticket) throws IOException {
        try (Socket socket = new Socket(MpjDaemon.address(0), port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] bytes = ticket.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void startsOnlyForATicketWithTheSecret() throws IOException {
        List<Integer> started = Collections.synchronizedList(new ArrayList<>());
        try (MpjDaemon daemon = MpjDaemon.open(1, SECRET)) {
            daemon.serve(ticket -> {
                started.add(ticket);
                return List.of();
            });
            assertEquals("", answer(daemon.port(), "<a><argument>" + "0".repeat(32) + "</argument></a>"));
            assertEquals("", answer(daemon.port(), ""));
            assertEquals("", answer(daemon.port(), "<a>x" + SECRET + "</a>"));
            assertFalse(daemon.served());
            assertEquals("EXIT\n", answer(daemon.port(), "<a><argument>" + SECRET + "</argument></a>"));
            assertEquals(List.of(0), started);
            assertTrue(daemon.served());
        }
    }

    @Test
    void refusesAbsurdLengths() throws IOException {
        try (MpjDaemon daemon = MpjDaemon.open(2, SECRET)) {
            daemon.serve(ticket -> List.of());
            for (int length : new int[] {-1, Integer.MAX_VALUE}) {
                try (Socket socket = new Socket(MpjDaemon.address(1), daemon.port())) {
                    new DataOutputStream(socket.getOutputStream()).writeInt(length);
                    assertEquals(-1, socket.getInputStream().read());
                }
            }
            assertFalse(daemon.served());
        }
    }
}
