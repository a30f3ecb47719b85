// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.transport.TransportKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs {@link MpjScenarios} under a real MPJ Express; skipped, saying so, where there is none. */
class MpjTransportTest {

    private static final int LARGE = 1 << 30;
    private static final int KILLED = 137;
    private static final int SECONDS = 50;

    private Path home;

    @BeforeEach
    void findMpj() {
        home = MpjHome.required();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 131072, 'messages,beside,contract'",
        "3, 131072, 'contract,several,messages,beside,abort'",
        "4, 1073741824, 'messages,beside,leave'",
        "2, 4096, 'messages'",
        "2, 131072, oversize",
        "2, 1073741824, oversize",
        "2, 1073741824, late-oversize"
    })
    void passesMessagesBetweenProcesses(int size, int switchLimit, String scenarios) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).niodev(size, switchLimit, scenarios)) {
            assertAllDone(job, size, size, "mpj-niodev");
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 131072, 'contract,several,messages,beside,abort'", "4, 1073741824, 'messages,beside,contract,leave'"
    })
    void passesMessagesBetweenThreadsOfTwoProcesses(int size, int switchLimit, String scenarios) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).hybdev(size, 2, switchLimit, scenarios)) {
            int[] codes = job.await(SECONDS);
            assertArrayEquals(new int[2], codes, job.output());
            if (!scenarios.endsWith("abort")) {
                assertEquals(size, count(job, "DONE \\d mpj-hybdev"), job.output());
            }
        }
    }

    @Test
    void differingCallsAreNamedOnEveryRank() throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).niodev(3, LARGE, "mismatch")) {
            assertAllDone(job, 3, 3, "mpj-niodev");
            List<String> counts = job.output()
                    .lines()
                    .filter(line -> line.startsWith("MISMATCHES"))
                    .toList();
            System.out.println("mismatch matrix under MPJ Express: " + counts);
            assertEquals(3, counts.size(), job.output());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, contract", "3, 'messages,beside,contract,several'"})
    void ranksOfOneJvmShareMemory(int size, String scenarios) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).multicore(size, scenarios)) {
            assertAllDone(job, 1, size, "shared-memory");
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 131072, MPJ, mpj-niodev", "4, 1073741824, MPJ, mpj-niodev", "3, 131072, TCP, tcp"})
    void groupsOfProcesses(int size, int switchLimit, TransportKind kind, String name) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).over(kind).niodev(size, switchLimit, "groups")) {
            assertAllDone(job, size, size, name);
            assertEquals(size, count(job, "GROUPS \\d " + name), job.output());
        }
    }

    @Test
    void groupsOfThreadsOfTwoProcesses() throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).hybdev(4, 2, LARGE, "groups")) {
            assertAllDone(job, 2, 4, "mpj-hybdev");
            assertEquals(4, count(job, "GROUPS \\d mpj-hybdev"), job.output());
        }
    }

    /** As a launcher gives it, which removes it in the end. */
    @Test
    void ranksOfOneJvmUseTheDirectoryOfTheirJob(@TempDir Path directory) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).in(directory).multicore(2, "several")) {
            assertAllDone(job, 1, 2, "shared-memory");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 131072", "2, 1073741824"})
    void noticesAKilledProcess(int size, int switchLimit) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).niodev(size, switchLimit, "kill")) {
            int[] expected = new int[size];
            expected[1] = KILLED;
            assertArrayEquals(expected, job.await(SECONDS), job.output());
            assertEquals(size - 1, count(job, "NOTICED .*rank 1 \\(host .*, pid \\d+\\) died.*"), job.output());
        }
    }

    @Test
    void noticesTheKilledProcessOfAnotherHost() throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).hybdev(3, 2, LARGE, "kill")) {
            assertArrayEquals(new int[] {KILLED, 0}, job.await(SECONDS), job.output());
        }
    }

    @ParameterizedTest
    @CsvSource({"131072", "1073741824"})
    void aFrozenPeerBlocksNothing(int switchLimit) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).niodev(2, switchLimit, "frozen")) {
            assertArrayEquals(new int[] {0, KILLED}, job.await(SECONDS), job.output());
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 131072, 'contract,messages,beside'", "4, 131072, 'contract,several'", "3, 131072, 'beside,abort'"})
    void processesTalkOverTcpBesideMpj(int size, int switchLimit, String scenarios) throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).over(TransportKind.AUTO).niodev(size, switchLimit, scenarios)) {
            assertAllDone(job, size, size, "tcp");
        }
    }

    @Test
    void threadsOfTwoProcessesTalkOverTcpBesideMpj() throws Exception {
        try (MpjJob job =
                new MpjJob(home, classPath()).over(TransportKind.TCP).hybdev(4, 2, LARGE, "contract,several")) {
            assertAllDone(job, 2, 4, "tcp");
        }
    }

    @Test
    void noticesAKilledProcessOverTcp() throws Exception {
        try (MpjJob job = new MpjJob(home, classPath()).over(TransportKind.TCP).niodev(3, LARGE, "kill")) {
            assertArrayEquals(new int[] {0, KILLED, 0}, job.await(SECONDS), job.output());
            assertEquals(2, count(job, "NOTICED .*rank 1 \\(host .*, pid \\d+\\) died.*"), job.output());
        }
    }

    private static void assertAllDone(MpjJob job, int processes, int size, String transport)
            throws InterruptedException {
        assertArrayEquals(new int[processes], job.await(SECONDS), job.output());
        assertEquals(size, count(job, "DONE \\d " + transport), job.output());
    }

    private static long count(MpjJob job, String line) {
        return job.output().lines().filter(text -> text.matches(line)).count();
    }

    /** Everything but the signatures, which would hide the real classes. */
    private static String classPath() {
        String path = Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(entry -> !entry.contains("mpj-signatures"))
                .collect(Collectors.joining(":"));
        assertTrue(path.contains("test-classes"), path);
        return path;
    }
}
