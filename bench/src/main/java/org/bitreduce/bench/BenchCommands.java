// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.List;
import org.bitreduce.bench.simulate.SimulateCommand;
import org.bitreduce.bench.tune.TuneCommand;
import org.bitreduce.launch.CommandProvider;

/** The benchmarks' part of the command line. */
public final class BenchCommands implements CommandProvider {

    /** Makes the provider. */
    public BenchCommands() {}

    @Override
    public List<Object> commands() {
        return List.of(new BenchCommand(), new SimulateCommand(), new TuneCommand());
    }
}
