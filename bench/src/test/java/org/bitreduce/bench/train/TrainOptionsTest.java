// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainOptionsTest {

    private static TrainSettings settings(String... words) {
        return TrainOptions.parse(List.of(words)).settings();
    }

    @Test
    void withoutOptionsItIsTheJdkTask() {
        TrainSettings settings = settings();
        assertEquals("jdk-source", settings.task().name());
        assertEquals("dqsgd:4", settings.method().toString());
        assertEquals(1, settings.seed());
        assertEquals(0.9, settings.momentum());
        assertEquals(200, settings.checkpointEvery());
        assertFalse(settings.overlap());
        assertFalse(settings("--overlap=off").overlap());
        assertTrue(settings("--overlap=ON").overlap());
    }

    @Test
    void optionsReachTheMethod() {
        TrainSettings settings = settings(
                "--method=fixed:5",
                "--norm=euclidean",
                "--bucket=1024",
                "--rounding=nearest",
                "--mode=exact",
                "--error-feedback");
        assertEquals(
                new Codec(5, Norm.EUCLIDEAN, 10, Rounding.NEAREST),
                settings.method().codec());
        assertTrue(settings.method().errorFeedback());
        assertEquals(Mode.EXACT, settings.mode());
        assertTrue(settings("--bucket=vector").method().codec().isWholeVector());
        assertEquals(0.99, settings("--alpha=0.99").method().alpha());
    }

    @Test
    void argumentsGiveTheSameSettings() {
        String[] words = {
            "--task=ag-news",
            "--data=/tmp",
            "--method=qsgd:6",
            "--mode=gather",
            "--order=free",
            "--overlap=on",
            "--epochs=3",
            "--batch=7",
            "--dim=9",
            "--lr=0.125",
            "--momentum=0.5",
            "--weight-decay=1.0E-4",
            "--seed=42",
            "--checkpoint-every=10",
            "--error-feedback"
        };
        TrainOptions options = TrainOptions.parse(List.of(words));
        assertEquals(words.length, options.toArguments().size());
        assertEquals(
                options.settings(), TrainOptions.parse(options.toArguments()).settings());
        assertEquals(List.of(), new TrainOptions().toArguments());
    }

    @Test
    void votesAreCountedExactlyUnlessAModeIsNamed() {
        assertEquals(Mode.VOTE, settings("--method=signsgd").mode());
        assertEquals(Mode.GATHER, settings("--method=signsgd", "--mode=gather").mode());
        assertNull(settings("--method=ef-signsgd").mode());
    }

    @ParameterizedTest
    @CsvSource({
        "--mode=plain --method=dqsgd:4,4,mode PLAIN carries plain elements only",
        "--mode=exact --method=ef-signsgd,4,mode EXACT needs scales",
        "--mode=exact --method=fixed:16,64,",
        "--mode=exact --method=dqsgd:4,4,",
        "--method=signsgd --error-feedback,4,votes have no scale",
        "--method=fp32,65,--np must be from 1 to 64: np=65",
        "--method=fp32,0,--np must be from 1 to 64: np=0"
    })
    void whatTheCollectiveCannotCarryIsRefused(String words, int ranks, String message) {
        TrainSettings settings = settings(words.split(" "));
        if (message == null) {
            settings.requireCarried(ranks);
            return;
        }
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> settings.requireCarried(ranks));
        assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
    }

    @Test
    void theLastOfTwoCounts() {
        assertEquals(2, settings("--seed=1", "--seed=2").seed());
    }

    @ParameterizedTest
    @CsvSource({
        "--task=agnews,unknown task: task=agnews; did you mean ag-news? There are: jdk-source",
        "--mode=twosho,unknown mode: mode=twosho; did you mean twoshot? There are: twoshot",
        "--order=fre,unknown order: order=fre; did you mean free?",
        "--overlap=onn,unknown overlap: overlap=onn; did you mean on? There are: off",
        "--overlap=of,unknown overlap: overlap=of; did you mean off?",
        "--overlap=on --batch=1000000 --dim=300,--overlap=on holds",
        "--norm=maxx,unknown norm: norm=maxx; did you mean max?",
        "--rounding=near,unknown rounding: rounding=near; did you mean nearest?",
        "--method=dqsg:4,unknown method: method=dqsg; did you mean dqsgd?",
        "--bucket=500,'bucket must be vector, or a power of two from 16 to 2^30'",
        "--bucket=8,bucket=8",
        "--epochs=0,--epochs must be from 1 to 100000: epochs=0",
        "--batch=0,--batch must be from 1 to 1000000: batch=0",
        "--lr=0,--lr must be above 0",
        "--lr=NaN,--lr must be above 0",
        "--momentum=1,--momentum must be from 0 to below 1: momentum=1.0",
        "--weight-decay=-0.1,--weight-decay must be from 0 to below 1",
        "--checkpoint-every=-1,--checkpoint-every must be at least 0",
        "--alpha=2,alpha"
    })
    void wrongValuesAreExplained(String word, String message) {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> settings(word.split(" ")));
        assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
    }
}
