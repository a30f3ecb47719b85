// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.bitreduce.Norm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "same,same,0", "ab,ba,1"})
    void countsEdits(String a, String b, int edits) {
        assertEquals(edits, Names.editDistance(a, b));
        assertEquals(edits, Names.editDistance(b, a));
    }

    @ParameterizedTest
    @CsvSource({"rnu,run", "brench,bench", "tr,train", "classpth,classpath"})
    void findsWhatWasMeant(String word, String meant) {
        assertEquals(meant, Names.nearest(word, List.of("run", "bench", "train", "classpath")));
    }

    @Test
    void constantsAreNamedInLowerCaseWithDashes() {
        assertEquals("mean-magnitude", Names.of(Norm.MEAN_MAGNITUDE));
        assertEquals(Norm.MEAN_MAGNITUDE, Names.parse(Norm.class, "norm", "Mean-Magnitude"));
        String message = assertThrows(IllegalArgumentException.class, () -> Names.parse(Norm.class, "norm", "maxx"))
                .getMessage();
        assertEquals(
                "unknown norm: norm=maxx; did you mean max? There are: " + String.join(", ", Names.of(Norm.class)),
                message);
    }
}
