// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * CIFAR-10 (Krizhevsky 2009): 32 x 32 colour images of ten classes. Reads the official binary files ({@code
 * data_batch_*.bin}, {@code test_batch.bin}: per image a label, then 1,024 bytes each of red, green, blue), packed by gzip
 * or not; or folders {@code train/CLASS} and {@code test/CLASS} of 32 x 32 pictures (JPEG, PNG).
 */
public final class Cifar10Task implements Task {

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final String FOLDER = "the folder of CIFAR-10's data_batch_*.bin and test_batch.bin,"
            + " or of train/CLASS and test/CLASS with 32 x 32 pictures";
    private static final int SIDE = 32;
    private static final int FEATURES = 3 * SIDE * SIDE;

    @Override
    public String name() {
        return "cifar-10";
    }

    @Override
    public String description() {
        return "colour pictures of ten classes (--data: folder of the official .bin files, or of train/CLASS and test/CLASS)";
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data == null || !Files.isDirectory(data)) {
            throw new NoSuchFileException("task cifar-10 needs --data DIR, %s: --data=%s".formatted(FOLDER, data));
        }
        for (String part : List.of("train", "test")) {
            if (!Files.isDirectory(data.resolve(part)) && binaries(data, part).isEmpty()) {
                throw new NoSuchFileException(
                        "%s holds no %s images: --data must name %s".formatted(data, part, FOLDER));
            }
        }
    }

    @Override
    public ImageData load(Path data) throws IOException {
        requireData(data);
        LabelledImages train = read(data, "train");
        LabelledImages test = read(data, "test");
        String origin = "%s: %,d training and %,d test images".formatted(data, train.size(), test.size());
        return new ImageData(name(), origin, CLASSES, 127.5f, 1 / 64f, train, test);
    }

    /** {@return names of the classes, which folders of pictures have} */
    static List<String> classNames() {
        return CLASSES;
    }

    private static LabelledImages read(Path folder, String part) throws IOException {
        List<Path> binaries = binaries(folder, part);
        return binaries.isEmpty() ? pictures(folder.resolve(part)) : records(binaries);
    }

    private static List<Path> binaries(Path folder, String part) throws IOException {
        String names = part.equals("train") ? "data_batch_\\d+\\.bin(\\.gz)?" : "test_batch\\.bin(\\.gz)?";
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(names))
                    .sorted()
                    .toList();
        }
    }

    private static LabelledImages records(List<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        int images = 0;
        for (Path file : files) {
            byte[] content = PackedFile.read(file, 1 << 30);
            int rest = content.length % (1 + FEATURES);
            PackedFile.require(
                    content.length > 0 && rest == 0,
                    file,
                    "ends at offset %d, within a record of %d bytes that begins at %d"
                            .formatted(content.length, 1 + FEATURES, content.length - rest));
            contents.add(content);
            images += content.length / (1 + FEATURES);
        }
        ImageReader reader = new ImageReader(images, FEATURES, CLASSES.size());
        for (int i = 0; i < files.size(); i++) {
            byte[] content = contents.get(i);
            for (int at = 0; at < content.length; at += 1 + FEATURES) {
                reader.add(content, at + 1, content[at] & 0xff, files.get(i), at);
            }
        }
        return reader.images();
    }

    /** Reads pictures in the order of their names, so that every machine has the same. */
    private static LabelledImages pictures(Path folder) throws IOException {
        Map<Path, Integer> labels = new TreeMap<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            Path of = folder.resolve(CLASSES.get(label));
            if (!Files.isDirectory(of)) {
                throw new NoSuchFileException("%s is missing: --data must name %s".formatted(of, FOLDER));
            }
            try (Stream<Path> files = Files.list(of)) {
                for (Path file : files.toList()) {
                    labels.put(file, label);
                }
            }
        }
        if (labels.isEmpty()) {
            throw new NoSuchFileException("%s holds no picture: --data must name %s".formatted(folder, FOLDER));
        }
        ImageReader reader = new ImageReader(labels.size(), FEATURES, CLASSES.size());
        for (Map.Entry<Path, Integer> picture : labels.entrySet()) {
            reader.add(planes(picture.getKey()), 0, picture.getValue(), picture.getKey(), 0);
        }
        return reader.images();
    }

    private static byte[] planes(Path file) throws IOException {
        BufferedImage picture;
        try {
            picture = ImageIO.read(file.toFile());
        } catch (IOException damaged) {
            throw new IOException(
                    "%s is damaged: %s; %s".formatted(file, damaged.getMessage(), PackedFile.CURE), damaged);
        }
        PackedFile.require(picture != null, file, "is no picture that the JDK can read");
        PackedFile.require(
                picture.getWidth() == SIDE && picture.getHeight() == SIDE,
                file,
                "is %d x %d, expected 32 x 32".formatted(picture.getWidth(), picture.getHeight()));
        byte[] planes = new byte[FEATURES];
        for (int i = 0; i < SIDE * SIDE; i++) {
            int rgb = picture.getRGB(i % SIDE, i / SIDE);
            for (int colour = 0; colour < 3; colour++) {
                planes[colour * SIDE * SIDE + i] = (byte) (rgb >>> 16 - 8 * colour);
            }
        }
        return planes;
    }

    @Override
    public Defaults defaults() {
        return new Defaults(128, 3, 16, 0.02);
    }
}
