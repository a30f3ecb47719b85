// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

/** The ranks of one side did not come up, fell silent, or refused a command. */
final class CrewException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CrewException(String message) {
        super(message);
    }
}
