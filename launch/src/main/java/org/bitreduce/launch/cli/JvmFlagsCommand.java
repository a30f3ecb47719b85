// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.util.concurrent.Callable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JvmFlags;
import picocli.CommandLine.Command;

/** Prints the flags that a program that links the library needs. */
@Command(name = "jvm-flags", description = "Print the JVM flags that a program using the library needs.")
final class JvmFlagsCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println(String.join(" ", JvmFlags.all()));
        return ExitCode.OK;
    }
}
