// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The hosts of a job's ranks. Closing it ends what still runs on other hosts. */
public final class RankHosts implements AutoCloseable {

    /** What the launcher of a job hears from its hosts. */
    public interface Listener {
        /**
         * A rank of another host has connected.
         *
         * @param line what it says; ends when the rank, or its host, has ended
         */
        void line(InputStream line);

        /**
         * Something that the user should know.
         *
         * @param text one line
         */
        void note(String text);
    }

    private final List<RankHost> hosts;
    private final List<RemoteHost> agents;

    private RankHosts(List<RankHost> hosts, List<RemoteHost> agents) {
        this.hosts = hosts;
        this.agents = agents;
    }

    /**
     * {@return this host, for all ranks}
     *
     * @param ranks how many there are
     * @param supervisor the job's folder
     * @param directory for what ranks share
     * @param prefix the words before each rank's command
     */
    public static RankHosts local(int ranks, Path supervisor, Path directory, IntFunction<List<String>> prefix) {
        List<RankHost> hosts = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            hosts.add(new LocalHost(supervisor, directory, prefix.apply(rank)));
        }
        return new RankHosts(hosts, List.of());
    }

    /**
     * Starts an agent on every host that is needed, all at once, and waits until they are there.
     *
     * @param machines the hosts
     * @param ranks how many ranks there are
     * @param supervisor the job's folder on the launcher's own host; the token in it goes to the agents
     * @param listener told what happens there, by threads of this class
     * @return the hosts of the ranks
     * @throws org.bitreduce.launch.LaunchException if a host cannot be reached, or has not what it takes
     * @throws IOException if a remote shell cannot be started or the token not be read
     */
    public static RankHosts remote(Machines machines, int ranks, Path supervisor, Listener listener)
            throws IOException {
        Map<String, RemoteHost> agents = Collections.synchronizedMap(new LinkedHashMap<>());
        // a remote shell that hangs in its login would outlive a launcher that is told to end meanwhile
        Thread hook = new Thread(() -> close(copy(agents)), "bitreduce-hosts-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            List<String> names = machines.hosts(ranks);
            for (String name : names) {
                if (!agents.containsKey(name)) {
                    agents.put(name, RemoteHost.open(name, machines.shell(name), supervisor, listener));
                }
            }
            for (RemoteHost agent : agents.values()) {
                agent.awaitReady();
            }
            List<RankHost> hosts = new ArrayList<>();
            names.forEach(name -> hosts.add(agents.get(name)));
            return new RankHosts(hosts, List.copyOf(agents.values()));
        } catch (IOException | RuntimeException e) {
            close(copy(agents));
            throw e;
        } finally {
            removeHook(hook);
        }
    }

    private static List<RemoteHost> copy(Map<String, RemoteHost> agents) {
        synchronized (agents) {
            return List.copyOf(agents.values());
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this JVM ends, and the hook with it
        }
    }

    /**
     * {@return the host of a rank}
     *
     * @param rank which
     */
    public RankHost of(int rank) {
        return hosts.get(rank);
    }

    @Override
    public void close() {
        close(agents);
    }

    private static void close(Iterable<RemoteHost> agents) {
        Consumer<Consumer<RemoteHost>> each = agents::forEach;
        each.accept(RemoteHost::hangUp); // all at once, then wait for each
        each.accept(RemoteHost::close);
    }
}
