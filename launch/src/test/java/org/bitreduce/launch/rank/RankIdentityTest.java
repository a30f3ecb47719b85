// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankIdentityTest {

    @Test
    void readsWhatMpjExpressPutsBeforeTheArguments() {
        assertEquals(2, RankIdentity.rank(new String[] {"2", "4", "smpdev", "x"}));
        assertEquals(1, RankIdentity.rank(new String[] {"1", "#Number of Processes;2", "niodev"}));
        assertEquals(3, RankIdentity.rank(new String[] {"1", "2", "hybdev", "4", "2", "1", "conf", "niodev"}));
        assertThrows(IllegalStateException.class, () -> RankIdentity.rank(new String[] {"2", "4", "other"}));
    }

    @Test
    void hybridRanksAreAllThereOnce() {
        for (int total = 1; total <= 9; total++) {
            for (int jvms = 1; jvms <= total; jvms++) {
                List<Integer> ranks = new ArrayList<>();
                for (int jvm = 0; jvm < jvms; jvm++) {
                    int threads = total / jvms + (jvm < total % jvms ? 1 : 0);
                    for (int thread = 0; thread < threads; thread++) {
                        ranks.add(RankIdentity.hybridRank(thread, total, jvms, jvm));
                    }
                }
                assertEquals(IntStream.range(0, total).boxed().toList(), ranks);
            }
        }
    }
}
