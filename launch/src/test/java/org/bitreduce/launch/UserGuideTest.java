// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The user guide's code compiles against the library. */
@Timeout(60)
class UserGuideTest {

    @TempDir
    Path folder;

    /** The first block is whole, the others follow each other in one method. */
    @Test
    void everyBlockCompiles() throws IOException {
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "user-guide.md")));
        assertTrue(blocks.find());
        StringBuilder code = new StringBuilder("""
                import java.lang.foreign.MemorySegment;
                import org.agrona.concurrent.UnsafeBuffer;
                import org.bitreduce.*;
                class Guide {
                    static void first(String[] args) {
                """);
        code.append(blocks.group(1)).append("}\nstatic void rest(Communicator world) {\n");
        int found = 0;
        while (blocks.find()) {
            code.append(blocks.group(1));
            found++;
        }
        assertEquals(6, found);
        Path source = folder.resolve("Guide.java");
        Files.writeString(source, code.append("}\n}\n"));
        String path = System.getProperty("java.class.path");
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", path, "-d", folder.toString(), source.toString());
        assertEquals(0, result, "the compiler's words are above");
    }
}
