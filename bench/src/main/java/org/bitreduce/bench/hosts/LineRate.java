// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.peers.DebianPackages;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a TCP stream between two hosts reaches, by iperf3: what is installed, else Debian's package. */
public final class LineRate {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SECONDS = 3;

    private final Path iperf;
    private final Map<String, String> environment;

    private LineRate(Path iperf, Map<String, String> environment) {
        this.iperf = iperf;
        this.environment = environment;
    }

    /**
     * Finds iperf3.
     *
     * @param packages where it is unpacked if it is not installed
     * @return what measures
     * @throws Unavailable if it is neither here nor to be had
     */
    public static LineRate find(DebianPackages packages) throws Unavailable, IOException, InterruptedException {
        Path installed = Tool.find("iperf3").orElse(null);
        if (installed != null) {
            return new LineRate(installed, Map.of());
        }
        Path root = packages.unpack("iperf3", List.of("iperf3"), List.of());
        return new LineRate(
                root.resolve("usr/bin/iperf3"), Map.of("LD_LIBRARY_PATH", DebianPackages.libraryPath(root)));
    }

    /**
     * Measures one stream from host 0 to host 1, for three seconds.
     *
     * @return 10^9 bytes of payload per second that arrived
     * @throws Unavailable if iperf3 fails, with what it said
     */
    public double measure() throws Unavailable, IOException, InterruptedException {
        // one connection, and the server is gone
        Process server = builder(1, "--server", "--one-off")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            Tool.Result result = client();
            for (int attempt = 0; attempt < 20 && result.text().contains("refused"); attempt++) {
                Thread.sleep(50); // the server is not up yet
                result = client();
            }
            return parse(result.text());
        } finally {
            server.destroyForcibly();
        }
    }

    private Tool.Result client() throws IOException, InterruptedException {
        return Tool.run(
                LIMIT, builder(0, "--client", HostPlan.address(1), "--time", Integer.toString(SECONDS), "--json"));
    }

    private ProcessBuilder builder(int host, String... options) {
        List<String> command = new ArrayList<>(HostPlan.on(host));
        command.add(iperf.toString());
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder;
    }

    /**
     * {@return 10^9 bytes per second}
     *
     * @param json report of iperf3
     */
    static double parse(String json) throws Unavailable {
        try {
            JsonNode report = new ObjectMapper().readTree(json);
            JsonNode bits = report.at("/end/sum_received/bits_per_second");
            if (bits.isNumber()) {
                return bits.asDouble() / 8e9;
            }
            throw new Unavailable(
                    "iperf3 measured nothing: " + report.path("error").asString("it does not say why"));
        } catch (JacksonException e) {
            throw new Unavailable("iperf3 says: " + json.strip());
        }
    }
}
