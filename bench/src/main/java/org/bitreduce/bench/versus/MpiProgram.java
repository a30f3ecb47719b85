// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bitreduce.bench.peers.MpiInstallation;
import org.bitreduce.bench.peers.MpiRun;
import org.bitreduce.bench.peers.Peer;

/**
 * The project's C program as ranks of an MPI library.
 *
 * @param mpi the library
 * @param peer its variant
 * @param np number of ranks
 * @param program compiled against the library
 * @param ranksPerHost how many ranks run on each host; 0 if all are on this one
 */
record MpiProgram(MpiInstallation mpi, Peer.Native peer, int np, Path program, int ranksPerHost) implements Program {

    @Override
    public Running start(Path socket) throws IOException {
        MpiCommand command = ranksPerHost > 0
                ? MpiCommand.overHosts(mpi.family(), peer.algorithm(), np, ranksPerHost, socket.getParent())
                : MpiCommand.onThisHost(mpi.family(), peer.algorithm(), np);
        List<String> ranks = List.of(program.toString(), socket.toString());
        return new Job(MpiRun.start(mpi, command.words(), ranks, command.environment()));
    }

    private record Job(MpiRun run) implements Running {

        @Override
        public boolean isAlive() {
            return run.process().isAlive();
        }

        @Override
        public String lastWords() {
            return run.lastWords();
        }

        @Override
        public Set<ProcessHandle> processes() {
            return Set.of(run.process());
        }

        @Override
        public void close() {
            run.close();
        }
    }
}
