// SPDX-License-Identifier: Apache-2.0
package mpi;

/** Signature only. */
@SuppressWarnings("DoNotCallSuggester")
public class MPI {

    public static Intracomm COMM_WORLD;

    public static Datatype BYTE;

    public static Datatype FLOAT;

    public static Op SUM;

    public MPI() {
        throw new UnsupportedOperationException("signature only");
    }

    public static String[] Init(String[] argv) throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public static boolean Initialized() throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }

    public static void Finalize() throws MPIException {
        throw new UnsupportedOperationException("signature only");
    }
}
