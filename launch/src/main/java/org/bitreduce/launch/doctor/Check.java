// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.util.List;

/** Looks at one thing. Stateless; changes nothing. */
@FunctionalInterface
interface Check {

    /** {@return what it finds, at least one} */
    List<Finding> examine(Machine machine);
}
