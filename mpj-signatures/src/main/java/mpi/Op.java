// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public class Op {

    Op() {
        throw new UnsupportedOperationException("signature only");
    }
}
