// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public class Intracomm extends Comm {

    Intracomm() {
        throw new UnsupportedOperationException("signature only");
    }

    public void Barrier() throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Allreduce(
            Object send, int sendOffset, Object receive, int receiveOffset, int count, Datatype type, Op operation)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }
}
