// SPDX-License-Identifier: Apache-2.0
/**
 * Starting a program as the ranks of a job, watching over them, and ending all of them when one fails.
 *
 * <p>A program that starts ranks itself makes a {@link org.bitreduce.launch.Job} and runs it; {@link
 * org.bitreduce.launch.JobResult} has the exit code, as {@link org.bitreduce.launch.ExitCode} lists them, and the line that
 * names the rank at fault. A rank that can go on later than it was stopped asks {@link org.bitreduce.launch.StopSignals}
 * and ends with a {@link org.bitreduce.launch.StoppedException}. Ranks themselves need nothing of this package: they join
 * by {@code org.bitreduce.Communicator.join}. Of the sub-packages a program needs {@link
 * org.bitreduce.launch.hosts.Machines} only.
 */
package org.bitreduce.launch;
