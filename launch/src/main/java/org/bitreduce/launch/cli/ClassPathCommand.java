// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.util.concurrent.Callable;
import org.bitreduce.launch.ExitCode;
import picocli.CommandLine.Command;

/** Prints what a program that links the library needs behind {@code -cp}. */
@Command(name = "classpath", description = "Print the class path that a program using the library needs.")
final class ClassPathCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println(System.getProperty("java.class.path"));
        return ExitCode.OK;
    }
}
