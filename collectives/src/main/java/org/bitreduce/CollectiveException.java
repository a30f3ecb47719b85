// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * A collective did not succeed. The message names the rank that noticed, the rank at fault, what was being done and what
 * to do.
 *
 * <p>Clean failures ({@link MismatchException}, {@link NonFiniteException}) are the same on all ranks, come before any
 * output is written, and leave the communicator usable. All others fail the communicator for good: the output is
 * undefined and every later call throws the first cause.
 */
public abstract sealed class CollectiveException extends RuntimeException
        permits MismatchException,
                NonFiniteException,
                RankFailedException,
                CollectiveTimeoutException,
                CorruptFrameException,
                TransportException {

    private static final long serialVersionUID = 1L;

    CollectiveException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@return whether the communicator can still be used} */
    public abstract boolean isClean();
}
