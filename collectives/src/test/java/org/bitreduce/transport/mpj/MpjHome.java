// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where the tests find a real MPJ Express. */
final class MpjHome {

    private MpjHome() {}

    /** {@return the folder in system property bitreduce.mpj.home; without MPJ Express there, the test is skipped} */
    static Path required() {
        Path home = Path.of(System.getProperty("bitreduce.mpj.home", "no-mpj-home"));
        Assumptions.assumeTrue(
                Files.exists(home.resolve("lib/mpj.jar")),
                "skipped: there is no MPJ Express in bitreduce.mpj.home=" + home);
        return home;
    }
}
