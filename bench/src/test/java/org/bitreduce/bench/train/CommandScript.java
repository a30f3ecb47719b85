// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.launch.JvmFlags;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.mpj.MpjHome;

/** The command {@code bitreduce} without what finds a JDK and builds, which is tested by using it, and with JVMs that start quickly. */
final class CommandScript {

    private CommandScript() {}

    /** Writes {@code bitreduce} into a folder. */
    static void write(Path folder) throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("mpj-signatures"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        write(folder.resolve("bitreduce"), """
                #!/bin/bash
                case $1 in
                secret) printf '%%064d\\n' 7; exit ;;
                rank) exec %s %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dbitreduce.main="$3" -cp '%s' org.bitreduce.launch.rank.LooseRank "${@:4}" ;;
                esac
                exec %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -D%s='%s' -cp '%s' org.bitreduce.launch.cli.Main "$1" --jvm=-Xmx96m \\
                    --jvm=-XX:TieredStopAtLevel=1 --jvm=-XX:+UseSerialGC "${@:2}"
                """.formatted(
                        Launch.java(),
                        String.join(" ", JvmFlags.all()),
                        classPath,
                        Launch.java(),
                        MpjHome.PROPERTY,
                        System.getProperty(MpjHome.PROPERTY, ""),
                        classPath));
    }

    /** Writes a program that only its user may read and run. */
    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
