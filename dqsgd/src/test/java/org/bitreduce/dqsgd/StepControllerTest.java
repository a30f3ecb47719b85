// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every controller promises. */
class StepControllerTest {

    private static final String EACH_METHOD =
            "dqsgd:3.7,dqsgd:3.7/bit-rounding=diffuse,dqsgd-k:20,dqsgd-k:20/bit-rounding=diffuse,"
                    + "dqsgd-nonconvex:30/bit-rounding=ceil,dqsgd-error:0.2,adaptive:4.5/bit-rounding=diffuse,adaqs,fixed:4,fixed:2.5,qsgd:6,terngrad,signsgd,ef-signsgd,fp32";

    private static double norm(SplittableRandom random) {
        return random.nextInt(20) == 0 ? 0 : Math.exp(random.nextGaussian());
    }

    @Test
    void ranksDecideAlike() {
        for (String method : EACH_METHOD.split(",")) {
            StepController one = Method.parse(method).controller(200);
            StepController other = Method.parse(method).controller(200);
            SplittableRandom random = new SplittableRandom(11);
            for (int n = 0; n < 250; n++) {
                double norm = norm(random);
                assertEquals(one.fingerprint(), other.fingerprint(), method);
                assertEquals(Steps.next(one, norm), Steps.next(other, norm), method);
            }
            assertEquals(one.toString(), other.toString());
        }
    }

    @Test
    void continuesAsIfNeverSaved() {
        for (String method : EACH_METHOD.split(",")) {
            StepController original = Method.parse(method).controller(200);
            SplittableRandom random = new SplittableRandom(5);
            for (int n = 0; n < 83; n++) {
                Steps.next(original, norm(random));
            }
            StepController copy = Method.parse(method).controller(200);
            copy.load(throughText(original.state()));
            assertEquals(original.toString(), copy.toString());
            for (int n = 83; n < 200; n++) {
                double norm = norm(random);
                assertEquals(original.fingerprint(), copy.fingerprint(), method);
                assertEquals(Steps.next(original, norm), Steps.next(copy, norm), method);
            }
            assertEquals(original.averageBits(), copy.averageBits(), method);
        }
    }

    /** As a checkpoint in text would keep it. */
    private static SequencedMap<String, Double> throughText(SequencedMap<String, Double> state) {
        SequencedMap<String, Double> read = new LinkedHashMap<>();
        state.forEach((key, value) -> read.put(key, Double.valueOf(value.toString())));
        return read;
    }

    @Test
    void fingerprintShowsSettingsAndState() {
        StepController controller = Method.parse("dqsgd:4").controller(100);
        for (String other : new String[] {"dqsgd:4.5", "dqsgd:4/alpha=0.9", "dqsgd:4/norm=euclidean", "fixed:4"}) {
            assertNotEquals(
                    controller.fingerprint(),
                    Method.parse(other).controller(100).fingerprint(),
                    other);
        }
        assertNotEquals(
                controller.fingerprint(),
                Method.parse("dqsgd:4").controller(101).fingerprint());
        long before = controller.fingerprint();
        Steps.next(controller, 1);
        assertNotEquals(before, controller.fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed:4", "dqsgd:4"})
    void refusesAStateOfAnotherKindUnchanged(String method) {
        StepController controller = Method.parse(method).controller(10);
        Steps.next(controller, 1);
        String before = controller.toString();
        SequencedMap<String, Double> foreign =
                Method.parse("dqsgd-k:3").controller(10).state();
        var e = assertThrows(IllegalArgumentException.class, () -> controller.load(foreign));
        assertTrue(e.getMessage().contains("carry"), e.getMessage());
        assertEquals(before, controller.toString());
    }

    @Test
    void isItsOwnCodecChooserAndCounts() {
        StepController controller = Method.parse("fixed:5").controller(10);
        assertSame(controller, controller.codec());
        assertEquals(0, controller.averageBits());
        Steps.run(controller, 1, 2, 3);
        assertEquals(3, controller.steps());
        assertEquals(5, controller.averageBits());
    }
}
