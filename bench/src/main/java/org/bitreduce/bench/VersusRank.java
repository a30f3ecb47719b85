// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.versus.Reply;
import org.bitreduce.bench.versus.Task;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.Via;

/**
 * A rank that measures on command: it connects to a socket, and carries out the {@link Task}s that come, all ranks the
 * same ones. Between them it is blocked in a read. Its variants are {@code allocated:BITS}, with vectors from {@link
 * Communicator#allocate}, {@code foreign:BITS}, with vectors of the caller's own, and {@code mpj}, MPJ Express' own
 * collective.
 */
public final class VersusRank {

    private final BenchPlan plan;
    private final Communicator world;
    private final Map<String, BenchCase> cases = new HashMap<>();
    private final Map<Boolean, Vectors> memory = new HashMap<>();
    private Task shape;

    private VersusRank(BenchPlan plan, Communicator world) {
        this.plan = plan;
        this.world = world;
    }

    /**
     * {@return a job of such ranks}
     *
     * @param via how they are started
     * @param np number of ranks
     * @param codec mode and bucket of quantized calls, and the seed
     * @param largest size of the longest vector in bytes
     * @param socket path of the socket that they connect to
     */
    public static Job job(Via via, int np, Settings codec, long largest, Path socket) {
        BenchPlan plan = new BenchPlan(
                Collective.ALL_REDUCE, // tasks name theirs
                via.toString(),
                List.of(largest),
                List.of(),
                codec.mode(),
                Order.RANK,
                codec.bucket(),
                List.of(),
                0,
                0,
                codec.seed(),
                List.of(Form.BLOCKING),
                0,
                false,
                false,
                false,
                socket.toString());
        return Job.of(via, np, VersusRank.class.getName(), plan.toArguments());
    }

    /**
     * {@return why MPJ Express is not measured at an operation, or null if it can be}
     *
     * @param operation what is to be measured
     * @param np number of ranks
     */
    public static String mpjRefusal(Operation operation, int np) {
        return MpjBaseline.refusal(Collective.of(operation.toString()), np);
    }

    /**
     * What all quantized calls have in common.
     *
     * @param mode of all-reduces, or null for the usual one
     * @param bucket elements that share a scale, a power of two
     * @param seed of data and rounding
     */
    public record Settings(
            @JsonProperty("mode") Mode mode,
            @JsonProperty("bucket") int bucket,
            @JsonProperty("seed") long seed) {}

    /**
     * Serves until the connection ends.
     *
     * @param args of {@link #job}, after what a launcher puts before them
     * @throws IOException if there is nobody at the socket
     */
    public static void main(String[] args) throws IOException {
        BenchPlan plan = BenchPlan.parse(args);
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withSeed(plan.seed());
        try (Communicator world = Communicator.join(args, options);
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(plan.rows()))) {
            String name = "BitReduce over " + world.transportName();
            say(
                    channel,
                    "hello %d %d %d %s"
                            .formatted(
                                    world.rank(),
                                    world.size(),
                                    ProcessHandle.current().pid(),
                                    name));
            new VersusRank(plan, world).serve(channel);
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            say(channel, measure(Task.parse(line)).line());
        }
    }

    private static void say(SocketChannel channel, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private Reply measure(Task task) {
        BenchCase subject = subject(task);
        Measurement measurement = new Measurement(world, subject, task.iterations());
        for (int i = -task.warmup(); i < task.iterations(); i++) {
            measurement.iterate(i);
        }
        ErrorTally tally = new ErrorTally();
        if (task.verify()) {
            subject.verify(tally);
        }
        return new Reply(
                LongStream.of(measurement.nanos()).boxed().toList(),
                tally.wrong(),
                measurement.wireBytes(),
                task.verify() ? subject.checksum() : 0);
    }

    /** Cases of one size are kept, so that they are made once and not in each block. */
    private BenchCase subject(Task task) {
        if (shape == null
                || shape.bytes() != task.bytes()
                || shape.operation() != task.operation()
                || shape.inPlace() != task.inPlace()) {
            cases.clear();
            shape = task;
        }
        return cases.computeIfAbsent(task.variant(), variant -> newCase(task));
    }

    private BenchCase newCase(Task task) {
        String[] words = task.variant().split(":");
        Vectors vectors = memory.computeIfAbsent(words[0].equals("foreign"), this::allocate)
                .first(task.bytes() / Float.BYTES);
        Collective collective = Collective.of(task.operation().toString());
        if (words[0].equals("mpj")) {
            return MpjBaseline.of(collective, world, vectors);
        }
        CollectiveCase.Shape shape =
                new CollectiveCase.Shape(Form.BLOCKING, task.inPlace() ? Place.IN_PLACE : Place.OUT_OF_PLACE);
        return CollectiveCase.of(collective, plan, world, vectors, Integer.parseInt(words[1]), shape);
    }

    private Vectors allocate(boolean foreign) {
        long most = plan.sizes().stream().mapToLong(Long::longValue).max().orElse(Float.BYTES);
        BenchData data = new BenchData(plan.seed());
        if (!foreign) {
            return Vectors.allocate(world, data, most);
        }
        MemorySegment source = Arena.global().allocate(most, Long.BYTES);
        data.fill(source, world.rank());
        return new Vectors(data, source, Arena.global().allocate(most, Long.BYTES));
    }
}
