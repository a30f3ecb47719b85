// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bitreduce.TransportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ForeignRankTest {

    private static Map<String, String> environment(String words) {
        Map<String, String> environment = new HashMap<>();
        for (String word : words.split(" ")) {
            environment.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
        return environment;
    }

    private static ForeignRank find(String words) {
        return ForeignRank.find(environment(words)).orElseThrow();
    }

    @Test
    void launchersAreTold() {
        assertEquals(
                new ForeignRank("Open MPI's mpirun", 2, 4, true, "", "/prte-1@1"),
                find("OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_SIZE=4"
                        + " PMIX_NAMESPACE=prte-1@1"));
        assertEquals(
                new ForeignRank("mpiexec (PMI)", 0, 4, false, "", ""), find("PMI_RANK=0 PMI_SIZE=4 MPI_LOCALNRANKS=2"));
        assertEquals(
                new ForeignRank("srun", 3, 4, false, "n07", "/12/0"),
                find("SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=4 SLURM_STEP_NUM_NODES=2 SLURM_STEP_NODELIST=n[07-08]"
                        + " SLURM_JOB_ID=12 SLURM_STEP_ID=0"));
        assertTrue(find("SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=1")
                .oneHost());
    }

    /** Slurm starts Open MPI's daemons as tasks of its own, whose variables the ranks inherit. */
    @Test
    void theInnerLauncherCounts() {
        assertEquals(
                3,
                find("SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=2 OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=8")
                        .rank());
    }

    /** {@code srun --mpi=pmi2} sets PMI's variables beside its own; MPICH's mpiexec, started by Slurm, overrides them. */
    @Test
    void theVariablesOfPmiMayBeSlurms() {
        String task = " SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=2 SLURM_STEP_NODELIST=n[07-08]"
                + " SLURM_JOB_ID=12 SLURM_STEP_ID=0";
        ForeignRank slurm = new ForeignRank("srun", 1, 2, false, "n07", "/12/0");
        assertEquals(slurm, find("PMI_RANK=1 PMI_SIZE=2 PMI_JOBID=12.0" + task));
        assertEquals(
                new ForeignRank("mpiexec (PMI)", 0, 2, false, "", ""),
                find("PMI_RANK=0 PMI_SIZE=2 MPI_LOCALNRANKS=1" + task));
        assertEquals(7, find("PMI_RANK=7 PMI_SIZE=8" + task).rank());
    }

    @Test
    void aJobScriptIsNoRank() {
        assertEquals(Optional.empty(), ForeignRank.find(environment("SLURM_PROCID=0 SLURM_NTASKS=8 SLURM_JOB_ID=1")));
    }

    @ParameterizedTest
    @CsvSource({
        "PMI_RANK=4 PMI_SIZE=4,PMI_RANK=4: must be a number from 0 to 3",
        "PMI_RANK=x PMI_SIZE=4,PMI_RANK=x: must be a number from 0 to 3",
        "PMI_RANK=0 PMI_SIZE=0,PMI_SIZE=0: must be a number from 1"
    })
    void nonsenseIsNamed(String words, String message) {
        TransportException e = assertThrows(TransportException.class, () -> find(words));
        assertTrue(e.getMessage().startsWith(message), e::getMessage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node1|node1",
                "node[01-04]|node01",
                "node[07,09-12],login|node07",
                "a,b|a",
                "rack[1-2]node[3-4]-ib|rack1node3-ib",
                "cn-0[10-20,30]|cn-010",
                "''|''"
            })
    void firstNodes(String list, String first) {
        assertEquals(first, ForeignRank.firstNode(list));
    }

    @ParameterizedTest
    @CsvSource({
        "'',127.0.0.9,/7,127.0.0.9",
        "127.0.0.2,127.0.0.9,/7,127.0.0.2",
        "127.0.0.2:4711,127.0.0.9,'',127.0.0.2:4711",
        "127.0.0.2:4711,'',/7,127.0.0.2:4711"
    })
    void meetsAtRankZero(String given, String first, String job, String expected) {
        ForeignRank self = new ForeignRank("srun", 1, 2, false, first, job);
        var address = ForeignJoin.meetingAddress(self, given);
        assertTrue((address.getAddress().getHostAddress() + ":" + address.getPort()).startsWith(expected));
        assertTrue(address.getPort() == 4711 || (address.getPort() >= 27_000 && address.getPort() < 29_000));
        assertEquals(address, ForeignJoin.meetingAddress(self, given), "all ranks compute the same");
    }

    @ParameterizedTest
    @CsvSource({
        "'','','',does not say where rank 0 is",
        "localhost,'','',does not say where rank 0 is",
        "localhost:x,'',/7,must be HOST or HOST:PORT",
        "localhost:70000,'',/7,must be HOST or HOST:PORT",
        "no-such-host.invalid:4711,'','',does not know the host of rank 0: host=no-such-host.invalid"
    })
    void aPlaceThatIsMissingOrWrongIsNamed(String given, String first, String job, String message) {
        ForeignRank self = new ForeignRank("mpiexec (PMI)", 1, 2, false, first, job);
        TransportException e = assertThrows(TransportException.class, () -> ForeignJoin.meetingAddress(self, given));
        assertTrue(e.getMessage().contains(message), e::getMessage);
    }
}
