// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The flags that every JVM with ranks gets. They are written once, in the parent pom, and put in a resource. */
public final class JvmFlags {

    private JvmFlags() {}

    /** {@return the flags, each in its form with an equals sign, which mpjrun can pass on} */
    public static List<String> all() {
        try (InputStream in = JvmFlags.class.getResourceAsStream("jvm.flags")) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource jvm.flags of the launcher", e);
        }
    }
}
