// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.launch.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {

    @ParameterizedTest
    @ValueSource(strings = {"open-mpi", "open-mpi:ring", "open-mpi:segmented-ring", "mpich", "mpj:niodev"})
    void aLabelNamesItsPeer(String name) {
        assertEquals(name, Peer.parse(name).label());
    }

    @Test
    void mpjIsMulticoreUnlessSaidOtherwise() {
        assertEquals(new Peer.Mpj(Via.MPJRUN_MULTICORE), Peer.parse("mpj"));
    }

    @ParameterizedTest
    @CsvSource({
        "openmpi, did you mean open-mpi?",
        "open-mpi:rign, did you mean ring?",
        "mpich:ring, only open-mpi and mpj have variants",
        "mpj:multicor, did you mean mpjrun:multicore?"
    })
    void wrongNamesAreAnsweredWithTheNearest(String name, String expected) {
        var e = assertThrows(IllegalArgumentException.class, () -> Peer.parse(name));
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void algorithmsOfOpenMpiAreItsOwnNumbers() {
        assertEquals(List.of(), OpenMpiAlgorithm.DEFAULT.options());
        List<String> ring = OpenMpiAlgorithm.RING.options();
        assertEquals("4", ring.get(ring.indexOf("coll_tuned_allreduce_algorithm") + 1));
        for (String collective : List.of("all-reduce", "all-gather", "barrier")) {
            assertTrue(OpenMpiAlgorithm.RING.serves(collective), collective);
        }
        assertFalse(OpenMpiAlgorithm.RING.serves("broadcast"));
        assertFalse(OpenMpiAlgorithm.RABENSEIFNER.serves("all-gather"));
        assertTrue(OpenMpiAlgorithm.DEFAULT.serves("reduce-scatter"));
        assertEquals("6", OpenMpiAlgorithm.parse("rabenseifner").options().getLast());
    }
}
