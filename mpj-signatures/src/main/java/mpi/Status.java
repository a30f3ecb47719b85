// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public class Status extends mpjdev.Status {

    public Status() {
        throw new UnsupportedOperationException("signature only");
    }
}
