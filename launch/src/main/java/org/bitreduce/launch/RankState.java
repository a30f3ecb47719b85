// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bitreduce.launch.rank.End;
import org.bitreduce.transport.shm.Host;

/** What is known about one rank. Guarded by {@link JobState}. */
final class RankState {

    private final int rank;
    private long pid = -1;
    private String host = "";
    private boolean connected;
    private boolean disconnected;
    private boolean processEnded;
    private int status = JobStatus.UNKNOWN;
    private int processRanks = 1;
    private End end;
    private int code;
    private String reason = "";
    private double seconds = Double.NaN; // of the first bad news

    RankState(int rank) {
        this.rank = rank;
    }

    int rank() {
        return rank;
    }

    boolean connected() {
        return connected;
    }

    RankInfo info() {
        return new RankInfo(rank, pid, host);
    }

    boolean connect(long ownPid, String ownHost) {
        if (connected) {
            return false;
        }
        connected = true;
        pid = ownPid;
        host = ownHost;
        return true;
    }

    void done(End how, int exitCode, String why, double at) {
        if (end == null) {
            end = how;
            code = exitCode;
            reason = why;
            stamp(at);
        }
    }

    void disconnect(double at) {
        disconnected = true;
        stamp(at);
    }

    void processEnded(long processPid, int exitStatus, int ranksInProcess, double at) {
        processEnded = true;
        if (processPid > 0) {
            pid = processPid;
        }
        status = exitStatus;
        processRanks = ranksInProcess;
        stamp(at);
    }

    private void stamp(double at) {
        if (Double.isNaN(seconds) && failed()) {
            seconds = at;
        }
    }

    boolean endedWell() {
        return end != null && code == ExitCode.OK && status <= 0;
    }

    /** {@return whether it ended with the code that asks to be started again} */
    boolean stopped() {
        return (end != null && code == ExitCode.RESUME_LATER && quiet()) || ownProcessStopped();
    }

    /** {@return whether it ended well or stopped} */
    boolean inGoodOrder() {
        return stopped() || (end != null && code == ExitCode.OK && quiet());
    }

    /** Whether nothing else became of its process. */
    private boolean quiet() {
        return status <= 0 || status == ExitCode.RESUME_LATER;
    }

    private boolean ownProcessStopped() {
        boolean threw = end != null && end != End.EXIT && end != End.RETURNED;
        return processRanks == 1 && status == ExitCode.RESUME_LATER && !threw;
    }

    boolean failed() {
        if (end != null) {
            return code != ExitCode.OK || status > 0;
        }
        return disconnected || processEnded;
    }

    /** {@return whether no more news of it can matter} */
    boolean settled() {
        boolean silent = processEnded && (disconnected || !connected); // its last words have been heard
        return silent || (end != null && end != End.EXIT); // a hook may yet change the code of an exit
    }

    boolean over() {
        return end != null || disconnected || processEnded;
    }

    /** {@return whether this rank's process ended, in a known way, while its main was running} */
    boolean deathIsKnown() {
        return connected && end == null && processEnded && status != JobStatus.UNKNOWN && !stopped();
    }

    /** {@return how this rank failed, if it did} */
    Optional<Failure> failure(List<RankState> all) {
        if (!failed()) {
            return Optional.empty();
        }
        if (end != null && code != ExitCode.OK) {
            int shown = stopped() ? ExitCode.RESUME_LATER : code;
            return Optional.of(
                    switch (end) {
                        case REFUSAL -> new Failure(priority(), seconds, shown, "", reason);
                        case FAILURE -> new Failure(priority(), seconds, shown, whoFailsAlike(all) + " failed", reason);
                        default -> new Failure(priority(), seconds, shown, who() + " " + reason, "");
                    });
        }
        boolean another = all.stream().anyMatch(r -> r != this && r.pid == pid && r.end != null && r.code != 0);
        if (another) {
            return Optional.of(
                    new Failure(Failure.WENT_ALONG, seconds, ExitCode.RANK_FAILED, who() + " went along", ""));
        }
        int priority = stopped() ? Failure.STOPPED : connected ? Failure.DIED : Failure.GAVE_UP;
        return Optional.of(new Failure(priority, seconds, deathCode(), death(), ""));
    }

    private int priority() {
        if (stopped()) {
            return Failure.STOPPED;
        }
        return end == End.CONSEQUENCE ? Failure.COMPLAINS : Failure.GAVE_UP;
    }

    private int deathCode() {
        return status > 0 ? status : ExitCode.RANK_FAILED;
    }

    private String death() {
        if (!connected) {
            return who() + " did not come up: its JVM "
                    + (status == JobStatus.UNKNOWN ? "ended" : ExitCode.describe(status));
        } else if (status == JobStatus.UNKNOWN) {
            return jvm() + " died";
        } else if (status == ExitCode.OK) {
            return jvm() + " exited with code 0 before its main had returned";
        }
        return jvm() + " " + ExitCode.describe(status);
    }

    private String who() {
        List<String> where = new ArrayList<>();
        if (pid > 0) {
            where.add("pid " + pid);
        }
        if (isElsewhere()) {
            where.add("host " + host);
        }
        return "rank " + rank + (where.isEmpty() ? "" : " (" + String.join(", ", where) + ")");
    }

    private boolean isElsewhere() {
        return !host.isEmpty() && !host.equals(Host.NAME);
    }

    /** {@return this rank and those that failed for the same reason, but for numbers in it, such as their own} */
    private String whoFailsAlike(List<RankState> all) {
        List<RankState> alike = all.stream()
                .filter(other -> other.end == End.FAILURE
                        && other.code == code
                        && other.shape().equals(shape()))
                .toList();
        if (alike.size() == 1) {
            return who();
        }
        String ranks = alike.size() == all.size()
                ? "all " + all.size() + " ranks"
                : "ranks "
                        + alike.stream()
                                .map(other -> Integer.toString(other.rank))
                                .collect(Collectors.joining(", "));
        if (alike.stream().noneMatch(RankState::isElsewhere)) {
            return ranks;
        }
        List<String> hosts = alike.stream().map(other -> other.host).distinct().toList();
        return "%s (host%s %s)".formatted(ranks, hosts.size() > 1 ? "s" : "", String.join(", ", hosts));
    }

    private String shape() {
        return reason.replaceAll("[0-9]+", "#");
    }

    private String jvm() {
        return processRanks == 1 ? who() : "the JVM of all its " + processRanks + " ranks (pid " + pid + ")";
    }
}
