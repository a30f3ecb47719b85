// SPDX-License-Identifier: Apache-2.0
//
// An MPI of one rank, as far as the program of collectives uses it: lets tests compile and run that program without MPI.
#include <stdlib.h>
#include <string.h>

enum { MPI_COMM_WORLD, MPI_FLOAT, MPI_SUM };
#define MPI_IN_PLACE ((void *)1)
#define MPI_STATUS_IGNORE NULL
#define MPI_MAX_LIBRARY_VERSION_STRING 64

static int MPI_Init(int *argc, char ***argv) { return argc == NULL || argv == NULL; }
static int MPI_Finalize(void) { return 0; }
static int MPI_Abort(int comm, int code) { exit(code + comm); }
static int MPI_Barrier(int comm) { return comm; }
static int MPI_Comm_rank(int comm, int *rank) { return *rank = comm; }
static int MPI_Comm_size(int comm, int *size) { return *size = 1 + comm, 0; }

static int MPI_Get_library_version(char *text, int *length) {
    strcpy(text, "One rank, for tests");
    return *length = (int)strlen(text), 0;
}

static int copy(const void *from, void *to, int count) {
    if (from != MPI_IN_PLACE) memcpy(to, from, count * sizeof(float));
    return 0;
}

static int MPI_Allreduce(const void *in, void *out, int count, int type, int op, int comm) {
    return copy(in, out, count) + 0 * (type + op + comm);
}

static int MPI_Reduce_scatter_block(const void *in, void *out, int count, int type, int op, int comm) {
    return copy(in, out, count) + 0 * (type + op + comm);
}

static int MPI_Reduce(const void *in, void *out, int count, int type, int op, int root, int comm) {
    return copy(in, out, count) + 0 * (type + op + root + comm);
}

static int MPI_Gather(const void *in, int n, int t, void *out, int count, int type, int root, int comm) {
    return copy(in, out, count) + 0 * (n + t + type + root + comm);
}

static int MPI_Scatter(const void *in, int n, int t, void *out, int count, int type, int root, int comm) {
    return out == MPI_IN_PLACE ? 0 : copy(in, out, count) + 0 * (n + t + type + root + comm);
}

// A library with a mistake: the first element is lost.
static int MPI_Allgather(const void *in, int n, int t, void *out, int count, int type, int comm) {
    copy(in, out, count);
    ((float *)out)[0] = 1e9f;
    return 0 * (n + t + type + comm);
}

static int MPI_Bcast(void *data, int count, int type, int root, int comm) {
    return 0 * (data != NULL) * (count + type + root + comm);
}

static int MPI_Send(const void *data, int count, int type, int to, int tag, int comm) {
    return 0 * (data != NULL) * (count + type + to + tag + comm);
}

static int MPI_Recv(void *data, int count, int type, int from, int tag, int comm, void *status) {
    return 0 * (data != NULL) * (count + type + from + tag + comm) * (status == NULL);
}
