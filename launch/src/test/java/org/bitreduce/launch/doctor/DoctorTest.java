// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitreduce.launch.doctor.Finding.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A machine in good order, and what is found when one thing of it is not. */
@Timeout(60)
class DoctorTest {

    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             %s                unlimited            processes
            Max open files            %s              1048576              files
            Max locked memory         8388608              8388608              bytes
            """;

    @TempDir
    private Path root;

    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private Machine.NameService names = name -> InetAddress.getByAddress(new byte[] {10, 0, 0, 7});
    private List<InetAddress> addresses;
    private final TestClocks clocks = new TestClocks();

    @BeforeEach
    void goodMachine() throws IOException {
        addresses = List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 7}));
        write("/proc/cpuinfo", "processor : 0\nflags\t\t: fpu sse4_1 avx2 avx512f\n");
        write("/proc/sys/kernel/hostname", "node7\n");
        write("/proc/self/limits", LIMITS.formatted("unlimited", "1048576"));
        write("/proc/self/mounts", "overlay / overlay rw 0 0\ntmpfs " + root + " tmpfs rw,nosuid 0 0\n");
        write("/proc/net/tcp", socket("0100007F", 40055, "01") + socket("00000000", 22, "0A"));
        write("/sys/fs/cgroup/memory.max", "max\n");
        write("/sys/fs/cgroup/cpu.max", "max 100000\n");
        write("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
        write("/mpj/lib/starter.jar", "");
        Files.createDirectories(root.resolve("dev/shm"));
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String program : List.of("mpirun", "srun")) {
            assertTrue(Files.createFile(bin.resolve(program)).toFile().setExecutable(true));
        }
        environment.put("PATH", bin.toString());
        properties.put("java.specification.version", "25");
        properties.put("java.io.tmpdir", root.toString());
        properties.put("os.name", "Linux");
        properties.put("bitreduce.mpj.home", root.resolve("mpj").toString());
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String socket(String address, int port, String state) {
        return "   0: %s:%04X 00000000:0000 %s 00000000:00000000 00:00000000 00000000 0 0 1\n"
                .formatted(address, port, state);
    }

    private List<Finding> bad() {
        return DoctorCommand.examine(machine()).stream()
                .filter(finding -> finding.level() != Level.OK)
                .toList();
    }

    private Machine machine() {
        return new Machine(root, environment, properties, names, addresses, clocks);
    }

    @Test
    void aGoodMachineHasNothing() {
        assertEquals(List.of(), bad());
    }

    /** Spoils one thing. */
    @FunctionalInterface
    interface Spoil {
        void at(DoctorTest machine) throws IOException;
    }

    private static Arguments spoilt(String check, Level level, String words, Spoil spoil) {
        return Arguments.of(check, level, words, spoil);
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                spoilt("JDK", Level.FAIL, "version 17", m -> m.properties.put("java.specification.version", "17")),
                spoilt("JVM flags", Level.WARN, "-Xint", m -> m.environment.put("JAVA_TOOL_OPTIONS", "-Xmx1g -Xint")),
                spoilt("processor", Level.WARN, "no vectors", m -> m.write("/proc/cpuinfo", "flags : fpu mmx\n")),
                spoilt("system", Level.WARN, "Mac OS X", m -> m.properties.put("os.name", "Mac OS X")),
                spoilt("MPJ Express", Level.WARN, "not there", m -> m.properties.remove("bitreduce.mpj.home")),
                spoilt("mpirun", Level.WARN, "not on the PATH", m -> Files.delete(m.root.resolve("bin/mpirun"))),
                spoilt("srun", Level.WARN, "not on the PATH", m -> Files.delete(m.root.resolve("bin/srun"))),
                spoilt(
                        "port 40055",
                        Level.WARN,
                        "runs whatever anybody sends",
                        m -> m.write("/proc/net/tcp6", socket("0".repeat(32), 40055, "0A"))),
                spoilt(
                        "port 40002",
                        Level.WARN,
                        "an mpjrun",
                        m -> m.write("/proc/net/tcp", socket("00000000", 40002, "0A"))),
                spoilt(
                        "host name",
                        Level.WARN,
                        "node7 leads to the loopback, 127.0.1.1",
                        m -> m.names = name -> InetAddress.getByAddress(new byte[] {127, 0, 1, 1})),
                spoilt(
                        "host name",
                        Level.WARN,
                        "node7 leads nowhere",
                        m -> m.names = name -> {
                            throw new UnknownHostException(name);
                        }),
                spoilt("addresses", Level.WARN, "only its loopback", m -> m.addresses = List.of()),
                spoilt("/dev/shm", Level.WARN, "missing", m -> Files.delete(m.root.resolve("dev/shm"))),
                spoilt(
                        "temporary folder",
                        Level.WARN,
                        "noexec",
                        m -> m.write("/proc/self/mounts", "tmpfs " + m.root + " tmpfs rw,noexec 0 0\n")),
                spoilt(
                        "temporary folder",
                        Level.FAIL,
                        "missing",
                        m -> m.properties.put("java.io.tmpdir", "/no/such/folder")),
                spoilt(
                        "open files",
                        Level.FAIL,
                        "limit 64",
                        m -> m.write("/proc/self/limits", LIMITS.formatted("unlimited", "64"))),
                spoilt(
                        "open files",
                        Level.WARN,
                        "limit 512",
                        m -> m.write("/proc/self/limits", LIMITS.formatted("unlimited", "512"))),
                spoilt(
                        "processes",
                        Level.WARN,
                        "limit 100",
                        m -> m.write("/proc/self/limits", LIMITS.formatted("100", "4096"))),
                spoilt(
                        "memory of the container",
                        Level.WARN,
                        "256 MiB",
                        m -> m.write("/sys/fs/cgroup/memory.max", "268435456\n")),
                spoilt(
                        "processors of the container",
                        Level.WARN,
                        "0.50 of one",
                        m -> m.write("/sys/fs/cgroup/cpu.max", "50000 100000\n")),
                spoilt(
                        "clock",
                        Level.WARN,
                        "hpet is slow",
                        m -> m.write("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n")),
                spoilt(
                        "time of day",
                        Level.WARN,
                        "not synchronized yet",
                        m -> Files.createDirectories(m.root.resolve("run/systemd/timesync"))),
                spoilt("time of day", Level.WARN, "says the kernel", m -> m.clocks.right = Optional.of(false)),
                spoilt("time of day", Level.WARN, "jumped by -40 ms within", m -> m.clocks.jump(-40)),
                spoilt("time of day", Level.WARN, "jumped by +3600000 ms within", m -> m.clocks.jump(3_600_000)));
    }

    /** A machine under load, whose threads are without a processor now and then, and whose time of day may jump. */
    private static final class TestClocks implements Clocks {

        private final long seed = System.nanoTime();
        private final SplittableRandom random = new SplittableRandom(seed);
        private long now;
        private long offset;
        private long jumpMillis;
        private int pauses;
        private int jumpAt;
        private Optional<Boolean> right = Optional.of(true);

        void jump(long millis) {
            jumpMillis = millis;
            jumpAt = random.nextInt(20);
            System.out.println("DoctorTest: seed=" + seed + ", jump after pause " + jumpAt);
        }

        /** A microsecond, or many milliseconds. */
        private void pass() {
            now += random.nextInt(3) == 0 ? 50_000_000L : 1_000;
        }

        @Override
        public long monotonic() {
            pass();
            return now;
        }

        @Override
        public long wall() {
            pass();
            return now + offset;
        }

        @Override
        public void pause(long millis) {
            now += millis * 1_000_000;
            if (pauses++ % 20 == jumpAt) {
                offset += jumpMillis * 1_000_000;
            }
        }

        @Override
        public Optional<Boolean> synchronizedByDaemon() {
            return right;
        }
    }

    @Test
    void theClocksOfThisMachineCanBeRead() throws InterruptedException {
        Clocks system = new SystemClocks();
        long start = system.monotonic();
        system.pause(1);
        assertTrue(system.monotonic() - start >= 1_000_000);
        assertTrue(system.wall() > 1_700_000_000L * 1_000_000_000);
        boolean linux = System.getProperty("os.name").equals("Linux");
        assertEquals(linux, system.synchronizedByDaemon().isPresent());
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("spoilt")
    void whatIsWrongIsFoundWithItsCure(String check, Level level, String words, Spoil spoil) throws IOException {
        spoil.at(this);
        List<Finding> found = bad();
        assertEquals(1, found.size(), found::toString);
        Finding finding = found.getFirst();
        assertEquals(check, finding.check());
        assertEquals(level, finding.level());
        assertTrue(finding.text().contains(words), finding::toString);
        assertFalse(finding.cure().isEmpty() || finding.cure().contains("\n"), finding::toString);
        StringWriter out = new StringWriter();
        assertEquals(level == Level.FAIL ? 1 : 0, DoctorCommand.examine(machine(), true, new PrintWriter(out)));
        assertTrue(
                out.toString()
                        .contains("{\"check\":\"" + check + "\",\"level\":\""
                                + level.name().toLowerCase(java.util.Locale.ROOT)),
                out::toString);
    }
}
