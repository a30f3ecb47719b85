// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the checks look at, so that a test can show them another machine.
 *
 * @param root of the file system; {@code /proc}, {@code /sys} and {@code /dev/shm} are looked for below it
 * @param environment variables
 * @param properties of the JVM: {@code java.specification.version}, {@code java.io.tmpdir}, {@code os.name}
 * @param names asks the name service
 * @param addresses other than the loopback that this host has
 * @param clocks its time
 */
record Machine(
        Path root,
        Map<String, String> environment,
        Map<String, String> properties,
        NameService names,
        List<InetAddress> addresses,
        Clocks clocks) {

    /** Finds the address of a host. */
    @FunctionalInterface
    interface NameService {
        /** {@return the address of a name} */
        InetAddress resolve(String name) throws IOException;
    }

    /** {@return a file of the machine, empty if it cannot be read} */
    String read(String path) {
        try {
            return Files.readString(at(path), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** {@return where a file of the machine is} */
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    String property(String name) {
        return properties.getOrDefault(name, "");
    }

    /** {@return a program on the PATH} */
    Optional<Path> program(String name) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
