// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Made-up texts: words of a class mixed with words of all. Learnt in a second; for tests and first steps. */
public final class SyntheticTask implements Task {

    private static final int CLASSES = 4;
    private static final int COMMON_WORDS = 100;
    private static final int OWN_WORDS = 30;

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public String description() {
        return "made-up texts of four classes, for trying things out";
    }

    @Override
    public TextData load(Path data) {
        return make(2_000, 400);
    }

    @Override
    public Defaults defaults() {
        return new Defaults(16, 4, 16, 4.0);
    }

    /**
     * {@return texts made of a fixed seed}
     *
     * @param train number of training texts
     * @param test number of test texts
     */
    public static TextData make(int train, int test) {
        SplittableRandom random = new SplittableRandom(20_240_229);
        List<String> classes = List.of("alpha", "beta", "gamma", "delta");
        return TextData.of(
                "synthetic", "made up", classes, texts(random, train), texts(random, test), Integer.MAX_VALUE);
    }

    private static List<LabelledText> texts(SplittableRandom random, int count) {
        List<LabelledText> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int label = i % CLASSES;
            StringBuilder text = new StringBuilder();
            for (int w = 0; w < 12; w++) {
                // One word in three tells the class.
                text.append(
                        random.nextInt(3) == 0
                                ? "own" + letters(label * OWN_WORDS + random.nextInt(OWN_WORDS))
                                : "common" + letters(random.nextInt(COMMON_WORDS)));
                text.append(' ');
            }
            texts.add(new LabelledText(text.toString(), label));
        }
        return texts;
    }

    private static String letters(int number) {
        return "" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
    }
}
