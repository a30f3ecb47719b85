// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.VersusRank;
import org.bitreduce.bench.hosts.HostPlan;
import org.bitreduce.bench.peers.DebianPackages;
import org.bitreduce.bench.peers.MpiInstallation;
import org.bitreduce.bench.peers.Peer;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Network;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.launch.mpj.MpjHome;
import org.bitreduce.text.Names;
import org.bitreduce.transport.TransportKind;

/** Brings up the sides of a comparison, and takes them down. A peer that cannot be had is left out, with the reason. */
final class Lineup implements AutoCloseable {

    private final int np;
    private final long largest;
    private final int ranksPerHost;
    private final JobOptions options;
    private final VersusRank.Settings settings;
    private final Path cache;
    private final Consumer<String> progress;
    private final List<Crew> crews = new ArrayList<>();
    private final List<Side> sides = new ArrayList<>();
    private final Map<String, String> libraries = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();

    /**
     * Begins with nobody.
     *
     * @param np ranks of each side
     * @param largest longest vector in bytes
     * @param ranksPerHost how many ranks run on each host, the hosts being there; 0 if all are on this one
     * @param options of jobs that BitReduce starts
     * @param settings of quantized calls
     * @param cache folder for what is fetched and compiled
     * @param progress gets a line before something that takes time
     */
    Lineup(
            int np,
            long largest,
            int ranksPerHost,
            JobOptions options,
            VersusRank.Settings settings,
            Path cache,
            Consumer<String> progress) {
        this.np = np;
        this.largest = largest;
        this.ranksPerHost = ranksPerHost;
        this.options = options;
        this.settings = settings;
        this.cache = cache;
        this.progress = progress;
    }

    /**
     * Adds BitReduce: one crew, a side per width and kind of memory.
     *
     * @param via how its ranks are started
     * @param bits widths
     * @param memory {@link Side#ALLOCATED}, {@link Side#FOREIGN}
     */
    void addOurs(Via via, List<Integer> bits, List<String> memory) throws IOException, InterruptedException {
        Crew crew = assemble("bitreduce", job(via));
        libraries.put("bitreduce", crew.library());
        for (String kind : memory) {
            for (int width : bits) {
                sides.add(Side.ours(crew, width, kind));
            }
        }
    }

    private Program job(Via via) {
        String hostCommand = String.join(" ", HostPlan.on("%h"));
        TransportKind sharing = ranksPerHost > 1 ? TransportKind.SHARED_MEMORY_AND_TCP : TransportKind.TCP;
        TransportKind transport = via.needsMpj() ? TransportKind.MPJ : sharing;
        return new JobProgram(socket -> {
            Job job = options.applyTo(VersusRank.job(via, np, settings, largest, socket));
            return ranksPerHost == 0
                    ? job
                    : job.withNetwork(new Network(
                            transport, hostCommand, "", HostPlan.ownAddress(), ranksPerHost, Machines.NONE));
        });
    }

    private Crew assemble(String name, Program program) throws IOException, InterruptedException {
        progress.accept("starting " + name);
        Crew crew = Crew.assemble(name, np, program);
        crews.add(crew);
        return crew;
    }

    /**
     * Adds a peer, or notes why not.
     *
     * @param peer who
     * @param operation that is going to be measured
     */
    void add(Peer peer, Operation operation) throws IOException, InterruptedException {
        try {
            Side side = side(peer, operation);
            sides.add(side);
            // MPJ Express' ranks are started by our launcher, and call themselves ours.
            String library = peer instanceof Peer.Mpj
                    ? "MPJ Express' own collectives"
                    : side.crew().library();
            libraries.put(peer.label(), library.replaceAll("\\s+", " "));
        } catch (Unavailable | CrewException | LaunchException e) {
            leftOut.put(peer.label(), e.getMessage());
            progress.accept("left out: %s: %s".formatted(peer.label(), e.getMessage()));
        }
    }

    private Side side(Peer peer, Operation operation) throws Unavailable, IOException, InterruptedException {
        return switch (peer) {
            case Peer.Native mpi -> {
                if (!mpi.algorithm().serves(operation.toString())) {
                    throw new Unavailable("Open MPI has no such algorithm for it: algorithm=%s, collective=%s"
                            .formatted(Names.of(mpi.algorithm()), operation.toString()));
                }
                DebianPackages packages = new DebianPackages(cache, progress);
                MpiInstallation installation = MpiInstallation.find(mpi.family(), packages);
                Path program = installation.compile(cache);
                Crew crew = assemble(mpi.label(), new MpiProgram(installation, mpi, np, program, ranksPerHost));
                yield new Side(mpi.label(), crew, Task.NO_VARIANT, 32, false);
            }
            case Peer.Mpj mpj -> {
                String refusal = VersusRank.mpjRefusal(operation, np);
                if (refusal != null) {
                    throw new Unavailable(refusal);
                }
                if (ranksPerHost > 0 && mpj.via() != Via.MPJRUN_NIODEV) {
                    throw new Unavailable("over hosts MPJ Express is measured as mpj:niodev");
                }
                if (!MpjHome.available()) {
                    throw new Unavailable("MPJ Express is missing: ./bitreduce build says why");
                }
                Crew crew = assemble(mpj.label(), job(mpj.via()));
                yield new Side(mpj.label(), crew, "mpj", 32, false);
            }
        };
    }

    /** {@return all that came up, BitReduce first} */
    List<Side> sides() {
        return List.copyOf(sides);
    }

    /** {@return what the ranks call themselves, by side} */
    Map<String, String> libraries() {
        return libraries;
    }

    /** {@return who did not come up, and why} */
    Map<String, String> leftOut() {
        return leftOut;
    }

    @Override
    public void close() throws IOException {
        for (Crew crew : crews.reversed()) {
            crew.close();
        }
    }
}
