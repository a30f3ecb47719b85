// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ImageTasksTest {

    @TempDir
    private Path folder;

    private static byte[] idx(int magic, byte[] values, int... sizes) {
        ByteBuffer out = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        out.putInt(magic);
        for (int size : sizes) {
            out.putInt(size);
        }
        return out.put(values).array();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private void writeFashion() throws IOException {
        Files.write(
                folder.resolve("train-images-idx3-ubyte"), idx(0x803, new byte[] {1, 2, 3, 4, 5, 6, 7, -1}, 2, 2, 2));
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(idx(0x801, new byte[] {9, 0}, 2)));
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), gzip(idx(0x803, new byte[] {8, 8, 8, 8}, 1, 2, 2)));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idx(0x801, new byte[] {3}, 1));
    }

    @Test
    void fashionMnistReadsIdxFilesPackedOrNot() throws IOException {
        writeFashion();
        ImageData data = new FashionMnistTask().load(folder);
        assertArrayEquals(new int[] {9, 0}, data.train().labels());
        assertArrayEquals(new int[] {3}, data.test().labels());
        assertEquals(4, data.train().features());
        assertArrayEquals(
                new byte[] {1, 2, 3, 4, 5, 6, 7, -1}, data.train().pixels().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(10, data.classes().size());
        long before = data.fingerprint();
        assertEquals(before, new FashionMnistTask().load(folder).fingerprint());
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idx(0x801, new byte[] {4}, 1));
        assertNotEquals(before, new FashionMnistTask().load(folder).fingerprint());
    }

    @Test
    void damagedIdxFilesAreNamedWithOffsetAndCure() throws IOException {
        Path images = folder.resolve("train-images-idx3-ubyte");
        byte[] values = {1, 2, 3, 4, 5, 6, 7, 8};
        Object[][] cases = {
            {idx(0x803, Arrays.copyOf(values, 7), 2, 2, 2), "ends at offset 23, for [2, 2, 2] it must at 24"},
            {idx(0x803, Arrays.copyOf(values, 9), 2, 2, 2), "ends at offset 25, for [2, 2, 2] it must at 24"},
            {idx(0x801, values, 8), "begins with 00000801 at offset 0"},
            {idx(0x803, values, 2, -2, 2), "has a size of -2 at offset 8"},
            {new byte[10], "ends at offset 10, within its header"}
        };
        for (Object[] one : cases) {
            writeFashion();
            Files.write(images, (byte[]) one[0]);
            refused(one[1].toString(), "train-images-idx3-ubyte", "fetch the file again");
        }
        writeFashion();
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(idx(0x801, new byte[] {9, 10}, 2)));
        refused("has label 10 at offset 9, expected 0 to 9");
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(idx(0x801, new byte[] {9}, 1)));
        refused("has 1 labels");
        byte[] packed = gzip(idx(0x801, new byte[] {9, 1}, 2));
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), Arrays.copyOf(packed, packed.length - 9));
        refused("train-labels-idx1-ubyte.gz is cut off or damaged: it could be unpacked to offset ");
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), new byte[] {1, 2, 3});
        refused("is cut off or damaged: it could be unpacked to offset 0");
        Files.delete(folder.resolve("train-labels-idx1-ubyte.gz"));
        refused("holds no train-labels-idx1-ubyte (or train-labels-idx1-ubyte.gz): --data must name");
        IOException none = assertThrows(IOException.class, () -> new FashionMnistTask().requireData(null));
        assertTrue(none.getMessage().contains("needs --data DIR"), none::getMessage);
    }

    private void refused(String... parts) {
        IOException e = assertThrows(IOException.class, () -> new FashionMnistTask().load(folder));
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
        }
    }

    private static byte[] record(int label, int first) {
        byte[] record = new byte[3073];
        record[0] = (byte) label;
        record[1] = (byte) first;
        return record;
    }

    @Test
    void cifarReadsBinaryFiles() throws IOException {
        Files.write(folder.resolve("data_batch_2.bin"), record(7, 70));
        Files.write(folder.resolve("data_batch_1.bin.gz"), gzip(record(1, 200)));
        Files.write(folder.resolve("test_batch.bin"), record(9, 3));
        ImageData data = CifarTask.ten().load(folder);
        assertArrayEquals(new int[] {1, 7}, data.train().labels());
        assertEquals((byte) 200, data.train().pixels().get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(70, data.train().pixels().get(ValueLayout.JAVA_BYTE, 3072));
        Files.write(folder.resolve("data_batch_2.bin"), Arrays.copyOf(record(7, 70), 3000));
        cifarRefused("ends at offset 3000, within a record of 3073 bytes that begins at 0");
        Files.write(folder.resolve("data_batch_2.bin"), record(10, 0));
        cifarRefused("has label 10 at offset 0");
        Files.delete(folder.resolve("test_batch.bin"));
        cifarRefused("holds no test images");
    }

    private void cifarRefused(String part) {
        IOException e = assertThrows(IOException.class, () -> CifarTask.ten().load(folder));
        assertTrue(e.getMessage().contains(part), e::getMessage);
    }

    /** A superclass, a class, then the pixels. */
    @Test
    void cifar100ReadsBinaryFiles() throws IOException {
        byte[] two = Arrays.copyOf(record(19, 99), 2 * 3074);
        two[2] = 5;
        two[3074] = 3;
        two[3075] = 42;
        two[3076] = 6;
        two[2 * 3074 - 1] = 7;
        Files.write(folder.resolve("train.bin"), two);
        Files.write(folder.resolve("test.bin.gz"), gzip(Arrays.copyOf(two, 3074)));
        CifarTask task = CifarTask.hundred();
        ImageData data = task.load(folder);
        assertArrayEquals(new int[] {99, 42}, data.train().labels());
        assertArrayEquals(new int[] {99}, data.test().labels());
        byte[] pixels = data.train().pixels().toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(new byte[] {5, 6, 7}, new byte[] {pixels[0], pixels[3072], pixels[6143]});
        assertEquals(100, data.classes().size());
        assertEquals(data.classes().stream().sorted().distinct().toList(), data.classes());
        assertEquals(
                List.of("lawn_mower", "worm"),
                List.of(data.classes().get(41), data.classes().get(99)));
        two[3075] = 100;
        Files.write(folder.resolve("train.bin"), two);
        IOException label = assertThrows(IOException.class, () -> task.load(folder));
        assertTrue(label.getMessage().contains("has label 100 at offset 3075, expected 0 to 99"), label::getMessage);
        Files.write(folder.resolve("train.bin"), Arrays.copyOf(two, 3073 * 2));
        IOException cut = assertThrows(IOException.class, () -> task.load(folder));
        assertTrue(cut.getMessage().contains("within a record of 3074 bytes that begins at 3074"), cut::getMessage);
    }

    @Test
    void cifarReadsFoldersOfPictures() throws IOException {
        for (String part : new String[] {"train", "test"}) {
            for (String name : CifarTask.ten().classNames()) {
                Files.createDirectories(folder.resolve(part).resolve(name));
            }
            picture(folder.resolve(part).resolve("cat/one.png"), 32, 0x0a141e);
        }
        picture(folder.resolve("train/airplane/two.png"), 32, 0xff0001);
        ImageData data = CifarTask.ten().load(folder);
        assertArrayEquals(new int[] {0, 3}, data.train().labels());
        byte[] pixels = data.train().pixels().toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(
                new byte[] {-1, 0, 1, 10, 20, 30},
                new byte[] {pixels[0], pixels[1024], pixels[2048], pixels[3072], pixels[4096], pixels[5120]});
        picture(folder.resolve("train/dog/large.png"), 33, 0);
        cifarRefused("large.png is 33 x 33, expected 32 x 32");
        Files.writeString(folder.resolve("train/dog/large.png"), "no picture");
        cifarRefused("large.png is no picture that the JDK can read");
    }

    private static void picture(Path file, int side, int rgb) throws IOException {
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            picture.setRGB(i % side, i / side, rgb);
        }
        ImageIO.write(picture, "png", file.toFile());
    }

    @Test
    void realFashionMnistWhereItIs() throws IOException {
        String data = System.getProperty("bitreduce.data.fashion-mnist", "");
        assumeTrue(!data.isEmpty(), "no Fashion-MNIST here: set -Dbitreduce.data.fashion-mnist=DIR");
        ImageData clothes = new FashionMnistTask().load(Path.of(data));
        assertEquals(60_000, clothes.trainSize());
        assertEquals(10_000, clothes.testSize());
        assertEquals(784, clothes.train().features());
    }
}
