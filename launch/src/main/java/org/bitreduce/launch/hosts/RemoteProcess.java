// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A process of another host. Its number there means nothing here, so it has none: {@code pid} is -1. Ending it ends
 * all that descend from it.
 */
final class RemoteProcess extends Process {

    private final RemoteHost host;
    private final int id;
    private final FrameStream out = new FrameStream();
    private final FrameStream err = new FrameStream();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final Handle handle = new Handle(this);

    RemoteProcess(RemoteHost host, int id) {
        this.host = host;
        this.id = id;
    }

    void print(boolean error, byte[] bytes) {
        (error ? err : out).add(bytes);
    }

    /** It has ended, or nothing will ever be known of it. Only the first call counts. */
    void ended(int exitStatus) {
        if (!status.isDone()) {
            out.finish();
            err.finish();
            status.complete(exitStatus);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return out;
    }

    @Override
    public InputStream getErrorStream() {
        return err;
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return status.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("a status cannot fail", e);
        }
    }

    @Override
    public int exitValue() {
        if (!status.isDone()) {
            throw new IllegalThreadStateException("the process has not ended");
        }
        return status.join();
    }

    @Override
    public boolean isAlive() {
        return !status.isDone();
    }

    @Override
    public void destroy() {
        host.end(id, false);
    }

    @Override
    public Process destroyForcibly() {
        host.end(id, true);
        return this;
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return Stream.empty();
    }

    /** What the launcher ends processes by. */
    private record Handle(RemoteProcess process) implements ProcessHandle {

        @Override
        public long pid() {
            return -1;
        }

        @Override
        public Optional<ProcessHandle> parent() {
            return Optional.empty();
        }

        @Override
        public Stream<ProcessHandle> children() {
            return Stream.empty();
        }

        @Override
        public Stream<ProcessHandle> descendants() {
            return Stream.empty();
        }

        @Override
        public Info info() {
            throw new UnsupportedOperationException("not known of a process of another host");
        }

        @Override
        public CompletableFuture<ProcessHandle> onExit() {
            return process.status.thenApply(ended -> this);
        }

        @Override
        public boolean supportsNormalTermination() {
            return true;
        }

        @Override
        public boolean destroy() {
            process.destroy();
            return true;
        }

        @Override
        public boolean destroyForcibly() {
            process.destroyForcibly();
            return true;
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public int compareTo(ProcessHandle other) {
            return Integer.compare(System.identityHashCode(this), System.identityHashCode(other));
        }
    }
}
