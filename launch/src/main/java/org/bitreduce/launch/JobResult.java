// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.List;

/**
 * How a job ended.
 *
 * @param exitCode 0 if all ranks ended well, else that of the rank that failed first; see {@link ExitCode}
 * @param message empty if all is well, else one line: which rank failed, how, and when
 * @param ranks one entry per rank, in rank order
 */
public record JobResult(int exitCode, String message, List<RankInfo> ranks) {

    /** Copies the list. */
    public JobResult {
        ranks = List.copyOf(ranks);
    }

    /** {@return whether all ranks ended well} */
    public boolean ok() {
        return exitCode == ExitCode.OK;
    }
}
