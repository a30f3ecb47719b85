// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Pictures in folders named after their classes, in any format that the JDK reads (JPEG, PNG). Stateless.
 *
 * @param side width and height of all of them
 * @param classes names of the folders
 * @param needed what {@code --data} must name, for messages
 */
record PictureFolder(int side, List<String> classes, String needed) {

    PictureFolder {
        classes = List.copyOf(classes);
    }

    /**
     * {@return the pictures, in the order of their names, so that every machine has the same}
     *
     * @param folder with a folder of each class
     * @throws IOException if one is missing, or a picture damaged or of another size; names it
     */
    LabelledImages read(Path folder) throws IOException {
        Map<Path, Integer> labels = new TreeMap<>();
        for (int label = 0; label < classes.size(); label++) {
            Path of = folder.resolve(classes.get(label));
            if (!Files.isDirectory(of)) {
                throw new NoSuchFileException("%s is missing: --data must name %s".formatted(of, needed));
            }
            try (Stream<Path> files = Files.list(of)) {
                for (Path file : files.toList()) {
                    labels.put(file, label);
                }
            }
        }
        if (labels.isEmpty()) {
            throw new NoSuchFileException("%s holds no picture: --data must name %s".formatted(folder, needed));
        }
        ImageReader reader = new ImageReader(labels.size(), 3 * side * side, classes.size());
        for (Map.Entry<Path, Integer> picture : labels.entrySet()) {
            reader.add(planes(picture.getKey()), 0, picture.getValue(), picture.getKey(), 0);
        }
        return reader.images();
    }

    private byte[] planes(Path file) throws IOException {
        BufferedImage picture;
        try {
            picture = ImageIO.read(file.toFile());
        } catch (IOException damaged) {
            throw new IOException(
                    "%s is damaged: %s; %s".formatted(file, damaged.getMessage(), PackedFile.CURE), damaged);
        }
        PackedFile.require(picture != null, file, "is no picture that the JDK can read");
        PackedFile.require(
                picture.getWidth() == side && picture.getHeight() == side,
                file,
                "is %d x %d, expected %d x %d".formatted(picture.getWidth(), picture.getHeight(), side, side));
        byte[] planes = new byte[3 * side * side];
        for (int i = 0; i < side * side; i++) {
            int rgb = picture.getRGB(i % side, i / side);
            for (int colour = 0; colour < 3; colour++) {
                planes[colour * side * side + i] = (byte) (rgb >>> 16 - 8 * colour);
            }
        }
        return planes;
    }
}
