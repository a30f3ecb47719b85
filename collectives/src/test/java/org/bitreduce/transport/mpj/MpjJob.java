// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.bitreduce.transport.TransportKind;

/**
 * Starts ranks under a real MPJ Express, without its daemon: does what mpjrun does for niodev and hybdev, on this host.
 * Closing it ends every process it has started.
 */
final class MpjJob implements AutoCloseable {

    /** Flags for JVMs that start quickly, and then compute slowly. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Path home;
    private final String classPath;
    private final List<Process> processes = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private ServerSocket exchange;
    private Path directory;
    private TransportKind transport = TransportKind.MPJ;

    MpjJob(Path home, String classPath) {
        this.home = home;
        this.classPath = classPath;
    }

    /** Lets messages go by another transport than MPJ. */
    MpjJob over(TransportKind kind) {
        transport = kind;
        return this;
    }

    /** Starts one JVM per rank. */
    MpjJob niodev(int size, int switchLimit, String... application) throws IOException {
        openExchange(size);
        for (int rank = 0; rank < size; rank++) {
            List<String> command = java(jars("mpj") + ":" + classPath);
            command.add(MpjRankMain.class.getName());
            command.addAll(List.of(Integer.toString(rank), configuration(size, switchLimit), "niodev"));
            command.addAll(List.of(application));
            start(command);
        }
        return this;
    }

    /** Starts one JVM per host, all on this one, with the ranks as threads in it. */
    MpjJob hybdev(int size, int hosts, int switchLimit, String... application) throws IOException {
        openExchange(hosts);
        for (int host = 0; host < hosts; host++) {
            List<String> command =
                    java(jars("hybdev", "niodev", "smpdev", "xdev", "mpjbuf", "loader2", "runtimecommon", "mpiExp"));
            int threads = size / hosts + (host < size % hosts ? 1 : 0);
            command.addAll(
                    List.of("runtime.daemon.HybridStarter", home.toString(), Integer.toString(threads), "hybdev"));
            command.addAll(List.of("useLocalLoader", classPath, MpjRankMain.class.getName()));
            command.addAll(List.of(Integer.toString(size), Integer.toString(hosts), Integer.toString(host)));
            command.addAll(List.of(configuration(hosts, switchLimit), "niodev"));
            command.addAll(List.of(application));
            start(command);
        }
        return this;
    }

    /** Gives multicore's ranks a directory for the job, as a launcher does. */
    MpjJob in(Path jobDirectory) {
        directory = jobDirectory;
        return this;
    }

    /** Starts one JVM with all ranks as threads, as mpjrun -dev multicore does. */
    MpjJob multicore(int size, String... application) throws IOException {
        List<String> command = new ArrayList<>(List.of(javaBinary()));
        command.addAll(QUICK);
        command.addAll(List.of("-jar", home.resolve("lib/starter.jar").toString(), "-np", Integer.toString(size)));
        command.addAll(QUICK); // of the JVM that this one starts
        if (directory != null) {
            command.add("-Dbitreduce.directory=" + directory);
        }
        command.addAll(List.of("-cp", classPath, MpjRankMain.class.getName()));
        command.addAll(List.of(application));
        start(command);
        return this;
    }

    private String jars(String... jars) {
        StringBuilder path = new StringBuilder();
        for (String jar : jars) {
            path.append(home.resolve("lib/" + jar + ".jar")).append(':');
        }
        return path.append(home.resolve("lib/log4j-1.2.jar")).toString();
    }

    private static String javaBinary() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private List<String> java(String path) {
        String kind = "-D" + TransportKind.PROPERTY + "=" + transport;
        List<String> command = new ArrayList<>(List.of(javaBinary(), "-Xmx512m", "-XX:MaxDirectMemorySize=1g", kind));
        command.addAll(QUICK);
        command.addAll(List.of("-cp", path));
        return command;
    }

    private void start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MPJ_HOME", home.toString());
        builder.environment().put("PATH", Path.of(javaBinary()).getParent() + ":" + System.getenv("PATH"));
        Process process = builder.start();
        processes.add(process);
        Thread reader = Thread.ofVirtual().start(() -> copy(process.inputReader()));
        readers.add(reader);
    }

    private void copy(BufferedReader lines) {
        lines.lines().forEach(output::add);
    }

    private String configuration(int size, int switchLimit) {
        return "#temp line;#Number of Processes;" + size + ";#Protocol Switch Limit;" + switchLimit
                + ";#Server Name;localhost;" + "#Server Port;" + exchange.getLocalPort();
    }

    /** Tells every rank where the others listen. */
    private void openExchange(int size) throws IOException {
        exchange = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                exchangePorts(size);
            } catch (IOException e) {
                output.add("the exchange of ports ended: " + e);
            }
        });
    }

    private void exchangePorts(int size) throws IOException {
        Socket[] ranks = new Socket[size];
        String[] entries = new String[size];
        for (int joined = 0; joined < size; ) {
            Socket socket = exchange.accept();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            try {
                in.readUTF();
            } catch (EOFException e) {
                socket.close();
                continue;
            }
            int write = in.readInt();
            int read = in.readInt();
            int rank = in.readInt();
            entries[rank] =
                    ";" + socket.getInetAddress().getHostAddress() + "@" + read + "@" + write + "@" + rank + "@0";
            ranks[rank] = socket;
            joined++;
        }
        for (Socket socket : ranks) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeUTF("#Peer Information" + String.join("", entries));
            out.flush();
            socket.close();
        }
    }

    /** {@return the exit codes, or -1 for a process that did not end in time} */
    int[] await(int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int[] codes = new int[processes.size()];
        for (int i = 0; i < codes.length; i++) {
            boolean ended = processes.get(i).waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            codes[i] = ended ? processes.get(i).exitValue() : -1;
        }
        for (Thread reader : readers) {
            reader.join(500);
        }
        return codes;
    }

    String output() {
        return String.join("\n", output) + "\n";
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try {
            if (exchange != null) {
                exchange.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
