// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public abstract class Datatype {

    Datatype() {
        throw new UnsupportedOperationException("signature only");
    }
}
