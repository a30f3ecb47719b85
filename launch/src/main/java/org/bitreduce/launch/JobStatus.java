// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/** Exit statuses of processes as the launcher sees them. */
public final class JobStatus {

    /** Of a process that nobody can tell it of. */
    public static final int UNKNOWN = -1;

    private JobStatus() {}
}
