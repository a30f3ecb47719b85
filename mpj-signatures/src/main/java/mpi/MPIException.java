// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public class MPIException extends mpjdev.MPJDevException {

    private static final long serialVersionUID = 1L;

    public MPIException(String message) {
        super(message);
    }
}
