// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for the daemon of MPJ Express, inside the launcher and for one job. mpjrun connects, sends a ticket that
 * says what to start, and waits until it is told that all is over.
 *
 * <p>MPJ Express's own daemon listens on all addresses and runs whatever anybody sends it. This one listens on the
 * loopback, takes no command from a ticket (the launcher knows its own job), and only asks that the ticket ends with
 * the job's secret.
 */
final class MpjDaemon implements AutoCloseable {

    private static final int MAX_TICKET_BYTES = 1 << 20;
    private static final int TICKET_MILLIS = 10_000;

    /** Starts what a ticket stands for. */
    interface Tickets {
        /**
         * {@return the processes started}
         *
         * @param ticket its number, from 0
         * @throws IOException if a process cannot be started
         */
        List<Process> start(int ticket) throws IOException;
    }

    private final List<ServerSocket> servers;
    private final String secret;
    private final AtomicInteger served = new AtomicInteger();

    private MpjDaemon(List<ServerSocket> servers, String secret) {
        this.servers = servers;
        this.secret = secret;
    }

    /**
     * Listens.
     *
     * @param tickets number of hosts it stands for; each has an address of the loopback
     * @param secret that each ticket must contain
     * @return the daemon, not yet serving
     */
    static MpjDaemon open(int tickets, String secret) throws IOException {
        List<ServerSocket> servers = new ArrayList<>();
        int port = 0;
        for (int i = 0; i < tickets; i++) {
            ServerSocket server = new ServerSocket();
            servers.add(server);
            server.bind(new InetSocketAddress(InetAddress.getByName(address(i)), port));
            port = server.getLocalPort();
        }
        return new MpjDaemon(servers, secret);
    }

    /**
     * {@return the address of a host it stands for}
     *
     * @param index from 0
     */
    static String address(int index) {
        return "127.0.0." + (1 + index);
    }

    /** {@return the port, the same at all addresses} */
    int port() {
        return servers.getFirst().getLocalPort();
    }

    /**
     * Serves one ticket per address, in the background.
     *
     * @param tickets what to do with one
     */
    void serve(Tickets tickets) {
        for (int i = 0; i < servers.size(); i++) {
            int ticket = i;
            Thread thread = new Thread(() -> serve(servers.get(ticket), ticket, tickets), "bitreduce-mpj-daemon");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** {@return whether all tickets have come and what they stand for was started} */
    boolean served() {
        return served.get() == servers.size();
    }

    private void serve(ServerSocket server, int ticket, Tickets tickets) {
        while (true) {
            try (Socket socket = server.accept()) {
                if (valid(socket)) {
                    List<Process> started = tickets.start(ticket);
                    served.incrementAndGet();
                    for (Process process : started) {
                        process.waitFor();
                    }
                    socket.getOutputStream().write("EXIT\n".getBytes(StandardCharsets.US_ASCII));
                    return;
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean valid(Socket socket) throws IOException {
        socket.setSoTimeout(TICKET_MILLIS);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        if (length < secret.length() || length > MAX_TICKET_BYTES) {
            return false;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        // the secret is the last argument of the program, so the last run of as many hexadecimal digits
        String digits = new String(bytes, StandardCharsets.UTF_8).replaceAll("(?s).*>([0-9a-f]{32})<.*", "$1");
        return MessageDigest.isEqual(digits.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        for (ServerSocket server : servers) {
            try {
                server.close();
            } catch (IOException e) {
                // closed or not, the port goes with this process
            }
        }
    }
}
