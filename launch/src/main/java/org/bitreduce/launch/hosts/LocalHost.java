// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This host, or one that a command leads to and that shares this one's files and processes.
 *
 * @param supervisor the job's folder
 * @param directory for what ranks share
 * @param prefix words before each command
 */
record LocalHost(Path supervisor, Path directory, List<String> prefix) implements RankHost {

    @Override
    public String name() {
        return "localhost";
    }

    @Override
    public Path share(Path file) {
        return file;
    }

    @Override
    public Process start(List<String> command, Map<String, String> environment) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).redirectInput(new File("/dev/null"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
