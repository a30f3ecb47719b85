// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
public class Comm {

    public mpjdev.Comm mpjdevComm;

    Comm() {
        throw new UnsupportedOperationException("signature only");
    }

    public int Size() throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public int Rank() throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Send(Object buffer, int offset, int count, Datatype type, int destination, int tag)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public Status Recv(Object buffer, int offset, int count, Datatype type, int source, int tag) throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }
}
