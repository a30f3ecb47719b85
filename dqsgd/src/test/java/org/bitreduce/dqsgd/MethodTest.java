// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dqsgd:4",
                "dqsgd:2.5/alpha=0.999",
                "dqsgd:3/bit-rounding=diffuse",
                "dqsgd-k:0.125/bit-rounding=least-error",
                "dqsgd-nonconvex:1.0E9/norm=euclidean/bucket=vector/rounding=nearest/error-feedback=true",
                "fixed:8/bucket=128",
                "fixed:2.5",
                "dqsgd-error:0.125/alpha=0.999",
                "adaptive:4.5/bit-rounding=diffuse",
                "adaqs:4/error-feedback=true",
                "qsgd:6",
                "terngrad",
                "signsgd",
                "ef-signsgd",
                "ef-signsgd/error-feedback=false",
                "fp32"
            })
    void textSurvivesParsing(String text) {
        assertEquals(text, Method.parse(text).toString());
    }

    @Test
    void methodsUseTheirUsualCodecs() {
        assertEquals(Codec.plain(), Method.parse("fp32").codec());
        assertEquals(
                new Codec(6, Norm.EUCLIDEAN, 9, Rounding.STOCHASTIC),
                Method.parse("qsgd:6").codec());
        assertEquals(
                new Codec(2, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC),
                Method.parse("terngrad").codec());
        assertEquals(SigmaClip.TERNGRAD, Method.parse("terngrad").transform());
        assertTrue(Method.parse("signsgd").isVote());
        assertEquals(Mode.VOTE, Method.parse("signsgd").usualMode());
        assertNull(Method.parse("ef-signsgd").usualMode());
        assertEquals(GradientTransform.NONE, Method.parse("ef-signsgd").resultTransform());
        assertFalse(Method.parse("ef-signsgd").isVote());
        assertTrue(Method.parse("ef-signsgd").errorFeedback());
        assertFalse(Method.parse("dqsgd:4").errorFeedback());
        assertInstanceOf(BudgetController.class, Method.parse("dqsgd:4").controller(10));
        assertInstanceOf(DqSgdK.class, Method.parse("dqsgd-k:4").controller(10));
        assertInstanceOf(DqSgdNonConvex.class, Method.parse("dqsgd-nonconvex:4").controller(10));
        assertEquals(Method.parse("adaptive:4"), Method.parse("adaptive"));
        assertEquals(Method.parse("adaqs:4/norm=euclidean"), Method.parse("adaqs/norm=euclidean"));
        assertInstanceOf(AdaptiveRms.class, Method.parse("adaptive").controller(10));
        assertInstanceOf(AdaQs.class, Method.parse("adaqs").controller(10));
        assertInstanceOf(DqSgdError.class, Method.parse("dqsgd-error:0.1").controller(10));
        assertInstanceOf(AlternatingBits.class, Method.parse("fixed:2.5").controller(10));
        assertEquals(4, Steps.next(Method.parse("fixed:4").controller(10), 1));
        assertEquals(32, Steps.next(Method.parse("fp32").controller(10), 1));
        assertEquals(1, Steps.next(Method.parse("signsgd").controller(10), 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dqsdg:4 | did you mean dqsgd?",
                "fp23 | did you mean fp32?",
                "dqsgd | needs a number: dqsgd:AVG",
                "dqsgd:1.5 | a number from 2 to 16: AVG=1.5",
                "dqsgd:NaN | AVG=NaN",
                "dqsgd:four | needs a number: number=four",
                "qsgd:4.5 | a whole number from 2 to 16: B=4.5",
                "fixed:1.5 | a number from 2 to 16: B=1.5",
                "dqsgd-error:0 | a positive number: E=0.0",
                "dqsgd-error | needs a number: dqsgd-error:E",
                "adaptive:1 | a number from 2 to 16: B=1.0",
                "adaqs:17 | a number from 2 to 16: B=17.0",
                "fixed:17 | B=17",
                "dqsgd-k:0 | a positive number: K=0.0",
                "dqsgd-k:Infinity | K=Infinity",
                "terngrad:2 | takes no number",
                "dqsgd:4/alhpa=1 | did you mean alpha?",
                "dqsgd:4/alpha=2 | alpha must be more than 0 and at most 1: alpha=2.0",
                "dqsgd:4/norm=maximum | did you mean max?",
                "dqsgd:4/bucket=100 | a power of two from 16 to 2^30: bucket=100",
                "dqsgd:4/norm=unit | norm=UNIT",
                "dqsgd:4/error-feedback=yes | There are: true, false",
                "signsgd/norm=max | norm=MAX"
            })
    void errorsNameTheNearestNameOrTheRange(String text, String expected) {
        var e = assertThrows(IllegalArgumentException.class, () -> Method.parse(text));
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void aVoteLeavesTheSign() {
        MemorySegment mean = MemorySegment.ofArray(new float[] {0.5f, -0.25f, 0, -1, 1});
        Method.parse("signsgd").resultTransform().apply(mean);
        assertArrayEquals(new float[] {1, -1, 0, -1, 1}, mean.toArray(ValueLayout.JAVA_FLOAT));
    }

    @Test
    void helpNamesEveryMethod() {
        for (MethodKind kind : MethodKind.values()) {
            assertTrue(Method.help().contains(kind.usage()), kind::usage);
        }
    }

    @Test
    void fluentFormGivesTheSameMethods() {
        assertEquals(Method.parse("dqsgd:4"), DqSgd.budget(4).method());
        assertEquals(
                Method.parse("dqsgd-k:3/alpha=0.9/norm=euclidean"),
                DqSgd.k(3).alpha(0.9).norm(Norm.EUCLIDEAN).method());
        assertEquals(Method.parse("dqsgd-nonconvex:3"), DqSgd.nonConvex(3).method());
        assertEquals(Method.parse("dqsgd-error:0.1"), DqSgd.error(0.1).method());
        assertEquals(1000, DqSgd.budget(4).steps(1000).steps());
        assertThrows(IllegalArgumentException.class, () -> DqSgd.budget(4).steps(0));
    }
}
