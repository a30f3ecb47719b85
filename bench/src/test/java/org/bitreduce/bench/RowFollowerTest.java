// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

class RowFollowerTest {

    @Test
    void passesOnRowsWhileTheyAreWritten(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("rows.jsonl"));
        ObjectMapper mapper = new ObjectMapper();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                String text = mapper.writeValueAsString(MeasuredRow.of(RowFormatTest.row(i, 4, false), Times.of(i + 1)))
                        + "\n";
                append(file, text.substring(0, 11)); // a line may come in pieces
                append(file, text.substring(11));
            }
        });
        List<Long> seen = new ArrayList<>();
        RowFollower follower = new RowFollower(
                file, row -> seen.add(row.row().bytes() + row.histogram().getMaxValue()));
        writer.start();
        follower.follow(writer);
        assertEquals(20, seen.size());
        assertEquals(19 + 20, seen.get(19));
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
            Thread.sleep(5);
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
