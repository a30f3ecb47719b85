// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, arXiv 1708.07747): 28 x 28 grey images of ten kinds of clothing, in the official
 * IDX files, packed or not. MNIST's own files have the same names and form and are read, too.
 */
public final class FashionMnistTask implements Task {

    private static final List<String> CLASSES = List.of(
            "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");
    private static final String FOLDER = "the folder of Fashion-MNIST's four idx files";

    @Override
    public String name() {
        return "fashion-mnist";
    }

    @Override
    public String description() {
        return "pictures of ten kinds of clothing (--data: folder of the four official idx files, .gz or not)";
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data == null || !Files.isDirectory(data)) {
            throw new NoSuchFileException("task fashion-mnist needs --data DIR, %s: --data=%s".formatted(FOLDER, data));
        }
        for (String prefix : List.of("train", "t10k")) {
            PackedFile.find(data, prefix + "-images-idx3-ubyte", FOLDER);
            PackedFile.find(data, prefix + "-labels-idx1-ubyte", FOLDER);
        }
    }

    @Override
    public ImageData load(Path data) throws IOException {
        requireData(data);
        LabelledImages train = read(data, "train");
        LabelledImages test = read(data, "t10k");
        if (train.features() != test.features()) {
            throw new IOException("%s: training images have %d pixels, test images %d: the files do not belong together"
                    .formatted(data, train.features(), test.features()));
        }
        String origin = "%s: %,d training and %,d test images".formatted(data, train.size(), test.size());
        return new ImageData(name(), origin, CLASSES, 0, 1 / 255f, train, test);
    }

    private static LabelledImages read(Path folder, String prefix) throws IOException {
        IdxFile images = IdxFile.read(PackedFile.find(folder, prefix + "-images-idx3-ubyte", FOLDER), 3);
        IdxFile labels = IdxFile.read(PackedFile.find(folder, prefix + "-labels-idx1-ubyte", FOLDER), 1);
        int count = images.sizes()[0];
        PackedFile.require(
                labels.sizes()[0] == count,
                labels.path(),
                "has %d labels, %s has %d images".formatted(labels.sizes()[0], images.path(), count));
        int features = images.sizes()[1] * images.sizes()[2];
        ImageReader reader = new ImageReader(count, features, CLASSES.size());
        for (int i = 0; i < count; i++) {
            int at = labels.start() + i;
            reader.add(images.content(), images.start() + i * features, labels.content()[at] & 0xff, labels.path(), at);
        }
        return reader.images();
    }

    @Override
    public Defaults defaults() {
        return new Defaults(128, 2, 16, 0.05);
    }
}
