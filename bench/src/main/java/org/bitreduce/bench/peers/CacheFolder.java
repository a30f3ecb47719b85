// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.nio.file.Path;

/** Where what was fetched and compiled is kept between runs. */
public final class CacheFolder {

    /** System property that names it; {@code ./bitreduce} sets it to a folder of its own. */
    private static final String PROPERTY = "bitreduce.cache";

    private CacheFolder() {}

    /** {@return the folder of peers; it may not exist yet} */
    public static Path path() {
        String given = System.getProperty(PROPERTY);
        Path base = given == null ? Path.of(System.getProperty("user.home"), ".cache", "bitreduce") : Path.of(given);
        return base.resolve("peers").toAbsolutePath();
    }
}
