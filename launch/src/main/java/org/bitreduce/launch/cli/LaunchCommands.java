// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.util.List;
import org.bitreduce.launch.CommandProvider;
import org.bitreduce.launch.doctor.DoctorCommand;

/** The commands of this module. */
public final class LaunchCommands implements CommandProvider {

    /** Makes the provider. */
    public LaunchCommands() {}

    @Override
    public List<Object> commands() {
        return List.of(new RunCommand(), new ClassPathCommand(), new JvmFlagsCommand(), new DoctorCommand());
    }
}
