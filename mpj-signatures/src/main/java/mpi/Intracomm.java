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

    public void Reduce(
            Object send,
            int sendOffset,
            Object receive,
            int receiveOffset,
            int count,
            Datatype type,
            Op operation,
            int root)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Allgather(
            Object send,
            int sendOffset,
            int sendCount,
            Datatype sendType,
            Object receive,
            int receiveOffset,
            int receiveCount,
            Datatype receiveType)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Gather(
            Object send,
            int sendOffset,
            int sendCount,
            Datatype sendType,
            Object receive,
            int receiveOffset,
            int receiveCount,
            Datatype receiveType,
            int root)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Scatter(
            Object send,
            int sendOffset,
            int sendCount,
            Datatype sendType,
            Object receive,
            int receiveOffset,
            int receiveCount,
            Datatype receiveType,
            int root)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Reduce_scatter(
            Object send, int sendOffset, Object receive, int receiveOffset, int[] counts, Datatype type, Op operation)
            throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public void Bcast(Object buffer, int offset, int count, Datatype type, int root) throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }
}
