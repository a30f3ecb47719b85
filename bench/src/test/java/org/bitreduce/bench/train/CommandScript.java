// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import org.bitreduce.launch.JvmFlags;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.QuickJvm;
import org.bitreduce.launch.mpj.MpjHome;

/** The command {@code bitreduce} without what finds a JDK and builds, which is tested by using it, and with JVMs that start quickly. */
final class CommandScript {

    private CommandScript() {}

    /** Writes {@code bitreduce} into a folder. */
    static void write(Path folder) throws IOException {
        write(folder.resolve("bitreduce"), """
                #!/bin/bash
                case $1 in
                secret) printf '%%064d\\n' 7; exit ;;
                rank) exec '%s' %s %s -Dbitreduce.main="$3" -cp '%s' org.bitreduce.launch.rank.LooseRank "${@:4}" ;;
                esac
                exec '%s' %s -D%s='%s' -cp '%s' org.bitreduce.launch.cli.Main "$1" --jvm=-Xmx96m %s "${@:2}"
                """.formatted(
                        Launch.java(),
                        String.join(" ", JvmFlags.all()),
                        quoted(QuickJvm.rankFlags()),
                        QuickJvm.classPath(),
                        Launch.java(),
                        quoted(QuickJvm.launcherFlags()),
                        MpjHome.PROPERTY,
                        System.getProperty(MpjHome.PROPERTY, ""),
                        QuickJvm.classPath(),
                        quoted(QuickJvm.rankOptions())));
    }

    /** {@return words that a shell passes on as they are, whatever path is in them} */
    private static String quoted(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    /** Writes a program that only its user may read and run. */
    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
