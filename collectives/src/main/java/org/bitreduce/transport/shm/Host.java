// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this host, found without asking the network. */
public final class Host {

    /** As the kernel tells it, else the variable HOSTNAME, else localhost. */
    public static final String NAME = name();

    private Host() {}

    private static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "localhost" : name;
        }
    }
}
