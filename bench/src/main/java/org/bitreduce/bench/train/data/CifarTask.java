// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky 2009): 32 x 32 colour images of ten or a hundred classes. Reads the official binary
 * files, packed by gzip or not: per image its label (CIFAR-100: that of its superclass, which is passed over, then its own),
 * then 1,024 bytes each of red, green, blue. Or folders {@code train/CLASS} and {@code test/CLASS} of 32 x 32 pictures.
 */
public final class CifarTask implements Task {

    private static final int SIDE = 32;
    private static final int FEATURES = 3 * SIDE * SIDE;

    private final String name;
    private final List<String> classes;
    private final String train;
    private final String test;
    private final String files;
    private final int labelBytes;

    /** The class is the last byte of a label. */
    private CifarTask(String name, List<String> classes, String train, String test, String files, int labelBytes) {
        this.name = name;
        this.classes = classes;
        this.train = train;
        this.test = test;
        this.files = files;
        this.labelBytes = labelBytes;
    }

    /** {@return CIFAR-10} */
    public static CifarTask ten() {
        return new CifarTask(
                "cifar-10",
                List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
                "data_batch_\\d+",
                "test_batch",
                "data_batch_*.bin and test_batch.bin",
                1);
    }

    /** {@return CIFAR-100 with its hundred classes} */
    public static CifarTask hundred() {
        return new CifarTask("cifar-100", HUNDRED, "train", "test", "train.bin and test.bin", 2);
    }

    private static final List<String> HUNDRED = List.of("""
            apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
            castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
            elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster
            man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
            pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
            skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
            tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm""".split("\\s+"));

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "colour pictures of %d classes (--data: folder of the official .bin files, or of train/CLASS and test/CLASS)"
                .formatted(classes.size());
    }

    private String folder() {
        return "the folder of the official %s, or of train/CLASS and test/CLASS with 32 x 32 pictures".formatted(files);
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data == null || !Files.isDirectory(data)) {
            throw new NoSuchFileException("task %s needs --data DIR, %s: --data=%s".formatted(name, folder(), data));
        }
        for (String part : List.of("train", "test")) {
            if (!Files.isDirectory(data.resolve(part)) && binaries(data, part).isEmpty()) {
                throw new NoSuchFileException(
                        "%s holds no %s images: --data must name %s".formatted(data, part, folder()));
            }
        }
    }

    @Override
    public ImageData load(Path data) throws IOException {
        requireData(data);
        LabelledImages learnt = read(data, "train");
        LabelledImages measured = read(data, "test");
        String origin = "%s: %,d training and %,d test images".formatted(data, learnt.size(), measured.size());
        return new ImageData(name, origin, classes, 127.5f, 1 / 64f, learnt, measured);
    }

    /** {@return names of the classes, which folders of pictures have} */
    List<String> classNames() {
        return classes;
    }

    private LabelledImages read(Path folder, String part) throws IOException {
        List<Path> binaries = binaries(folder, part);
        return binaries.isEmpty()
                ? new PictureFolder(SIDE, classes, folder()).read(folder.resolve(part))
                : records(binaries);
    }

    private List<Path> binaries(Path folder, String part) throws IOException {
        String names = (part.equals("train") ? train : test) + "\\.bin(\\.gz)?";
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().matches(names))
                    .sorted()
                    .toList();
        }
    }

    private LabelledImages records(List<Path> binaries) throws IOException {
        int record = labelBytes + FEATURES;
        List<byte[]> contents = new ArrayList<>();
        int images = 0;
        for (Path file : binaries) {
            byte[] content = PackedFile.read(file, 1 << 30);
            int rest = content.length % record;
            PackedFile.require(
                    content.length > 0 && rest == 0,
                    file,
                    "ends at offset %d, within a record of %d bytes that begins at %d"
                            .formatted(content.length, record, content.length - rest));
            contents.add(content);
            images += content.length / record;
        }
        ImageReader reader = new ImageReader(images, FEATURES, classes.size());
        for (int i = 0; i < binaries.size(); i++) {
            byte[] content = contents.get(i);
            for (int at = labelBytes; at < content.length; at += record) {
                reader.add(content, at, content[at - 1] & 0xff, binaries.get(i), at - 1);
            }
        }
        return reader.images();
    }

    @Override
    public Defaults defaults() {
        return new Defaults(128, 3, 16, 0.02);
    }
}
