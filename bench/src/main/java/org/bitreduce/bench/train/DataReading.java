// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/** Reads a task's data, which may be missing, unreadable or damaged, on one host or on all. Stateless. */
final class DataReading {

    private DataReading() {}

    /**
     * {@return the data}
     *
     * @param who reads it, for the message
     * @param settings with the task and the place
     * @throws LaunchException if there is none (code 69), it cannot be read (74) or is not what it should be (65)
     */
    static TaskData load(String who, TrainSettings settings) {
        int missing = ExitCode.UNAVAILABLE;
        int wrong = missing;
        try {
            settings.task().requireData(settings.data());
            missing = ExitCode.INPUT_OUTPUT;
            wrong = ExitCode.DATA;
            return settings.task().load(settings.data());
        } catch (IOException e) {
            throw new LaunchException(
                    e instanceof FileSystemException ? missing : wrong,
                    "%s cannot use its data: %s".formatted(who, OutputFile.reason(e)),
                    e);
        }
    }
}
