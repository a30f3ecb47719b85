// SPDX-License-Identifier: Apache-2.0
//
// The C side of ./bitreduce bench versus: the collectives of an MPI library, measured on command.
//
//   mpirun -np 4 ./collectives SOCKET
//
// Every rank connects to the Unix-domain socket SOCKET, says "hello RANK SIZE PID LIBRARY", and then waits in a blocking
// read, so that it uses no processor while another program is measured. It answers each line
//
//   run OPERATION BYTES WARMUP ITERATIONS PLACE VERIFY
//
// with "times NANOSECONDS... wrong ELEMENTS sent 0", or with "error TEXT", and ends when the connection does. OPERATION
// is all-reduce, reduce, reduce-scatter, all-gather, gather, scatter, broadcast, ping-pong or barrier, the root being rank
// 0, BYTES the size of the whole vector of floats, PLACE in or out, VERIFY 1 to compare the last result with the exact one. Words after these are ignored. A time
// is that of this rank, from a barrier to the return of the call; who asked takes the slowest rank's.
#define _GNU_SOURCE
#include <limits.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_ITERATIONS 1000000

static int rank, size;
static float *source, *target; // of capacity floats each; the source is never written by a call
static long capacity;

struct task {
    char operation[32];
    long bytes;
    int warmup, iterations, in_place, verify;
    long count, part; // floats of the whole vector, and of a rank's part
};

static int is(const struct task *task, const char *operation) { return strcmp(task->operation, operation) == 0; }

// Small whole numbers: their sums are exact in any order, so results can be compared bit by bit.
static float value(int of, long index) { return (float)((index * 31 + of * 17) % 251 - 125); }

static float total(long index) {
    float sum = 0;
    for (int r = 0; r < size; r++) sum += value(r, index);
    return sum;
}

static int reserve(long count) {
    if (count <= capacity) return 1;
    free(source);
    free(target);
    size_t bytes = ((size_t)count * sizeof(float) + 63) / 64 * 64;
    source = aligned_alloc(64, bytes);
    target = aligned_alloc(64, bytes);
    capacity = source && target ? count : 0;
    for (long i = 0; i < capacity; i++) source[i] = target[i] = value(rank, i);
    return capacity == count;
}

// Makes the vectors ready for a call; not timed.
static void prepare(const struct task *task) {
    if (is(task, "broadcast") || is(task, "ping-pong")) {
        memcpy(target, source, task->count * sizeof(float));
    } else if (task->in_place && (is(task, "all-gather") || is(task, "gather"))) {
        memcpy(target + rank * task->part, source + rank * task->part, task->part * sizeof(float));
    } else if (task->in_place) {
        memcpy(target, source, task->count * sizeof(float));
    }
}

static void play(int count) { // half of these are round trips of rank 0
    if (rank == 0) {
        MPI_Send(source, count, MPI_FLOAT, 1, 1, MPI_COMM_WORLD);
        MPI_Recv(target, count, MPI_FLOAT, 1, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else if (rank == 1) {
        MPI_Recv(target, count, MPI_FLOAT, 0, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Send(source, count, MPI_FLOAT, 0, 2, MPI_COMM_WORLD);
    }
}

static void call(const struct task *task) {
    int count = (int)task->count, part = (int)task->part;
    void *input = task->in_place ? MPI_IN_PLACE : source;
    void *own = task->in_place ? MPI_IN_PLACE : source + rank * task->part;
    if (is(task, "all-reduce")) {
        MPI_Allreduce(input, target, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    } else if (is(task, "reduce-scatter")) {
        MPI_Reduce_scatter_block(input, target, part, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    } else if (is(task, "all-gather")) {
        MPI_Allgather(own, part, MPI_FLOAT, target, part, MPI_FLOAT, MPI_COMM_WORLD);
    } else if (is(task, "reduce")) { // only a root can be in place
        MPI_Reduce(rank == 0 ? input : source, target, count, MPI_FLOAT, MPI_SUM, 0, MPI_COMM_WORLD);
    } else if (is(task, "gather")) {
        if (rank > 0) own = source + rank * task->part;
        MPI_Gather(own, part, MPI_FLOAT, target, part, MPI_FLOAT, 0, MPI_COMM_WORLD);
    } else if (is(task, "scatter")) {
        void *output = task->in_place && rank == 0 ? MPI_IN_PLACE : target;
        MPI_Scatter(task->in_place ? target : source, part, MPI_FLOAT, output, part, MPI_FLOAT, 0, MPI_COMM_WORLD);
    } else if (is(task, "broadcast")) {
        MPI_Bcast(target, count, MPI_FLOAT, 0, MPI_COMM_WORLD);
    } else if (is(task, "ping-pong")) {
        play(count);
    } else {
        MPI_Barrier(MPI_COMM_WORLD);
    }
}

static float expected(const struct task *task, long index) {
    if (is(task, "all-reduce") || is(task, "reduce")) return total(index);
    if (is(task, "reduce-scatter")) return total(rank * task->part + index);
    if (is(task, "scatter")) return value(0, rank * task->part + index);
    if (is(task, "all-gather") || is(task, "gather")) return value((int)(index / task->part), index);
    if (is(task, "ping-pong")) return value(rank < 2 ? 1 - rank : rank, index);
    return value(0, index); // broadcast
}

static long wrong_elements(const struct task *task) {
    if (is(task, "barrier") || (rank > 0 && (is(task, "reduce") || is(task, "gather")))) return 0;
    long wrong = 0, length = is(task, "reduce-scatter") || is(task, "scatter") ? task->part : task->count;
    for (long i = 0; i < length; i++) wrong += target[i] != expected(task, i);
    return wrong;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void run(const struct task *task, FILE *out) {
    int64_t *times = malloc((task->iterations + 1) * sizeof *times);
    if (!times) {
        fprintf(out, "error rank %d has no memory for %d times\n", rank, task->iterations);
        return;
    }
    int trips = is(task, "ping-pong") ? 2 : 1; // a time of ping-pong is half a round trip
    for (int i = -task->warmup; i < task->iterations; i++) {
        prepare(task);
        MPI_Barrier(MPI_COMM_WORLD);
        int64_t start = now();
        call(task);
        if (i >= 0) times[i] = (now() - start) / trips;
    }
    // What a rank has sent moves on only inside of calls: it must not wait for the next task with others waiting for that.
    MPI_Barrier(MPI_COMM_WORLD);
    fputs("times", out);
    for (int i = 0; i < task->iterations; i++) fprintf(out, " %lld", (long long)times[i]);
    fprintf(out, " wrong %ld sent 0\n", task->verify ? wrong_elements(task) : 0L);
    free(times);
}

// Reads a command; returns what is wrong with it, or NULL.
static const char *parse(const char *line, struct task *task) {
    static const char *operations = " all-reduce reduce reduce-scatter all-gather gather scatter broadcast ping-pong barrier ";
    char place[8], word[40];
    if (sscanf(line, "run %31s %ld %d %d %7s %d", task->operation, &task->bytes, &task->warmup, &task->iterations, place,
               &task->verify) != 6)
        return "a command is: run OPERATION BYTES WARMUP ITERATIONS PLACE VERIFY";
    snprintf(word, sizeof word, " %s ", task->operation);
    if (!strstr(operations, word)) return "unknown operation";
    task->in_place = strcmp(place, "in") == 0;
    task->count = task->bytes / (long)sizeof(float);
    task->part = task->count / size;
    int parts = is(task, "reduce-scatter") || is(task, "all-gather") || is(task, "gather") || is(task, "scatter");
    if (parts) task->count = task->part * size;
    if (task->bytes < 0 || task->count > INT_MAX) return "BYTES is out of range";
    if (task->warmup < 0 || task->iterations < 1 || task->iterations > MAX_ITERATIONS) return "too few or too many calls";
    if (is(task, "ping-pong") && size < 2) return "ping-pong needs 2 ranks";
    return reserve(task->count > 0 ? task->count : 1) ? NULL : "not enough memory for the vectors";
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    return -1;
}

static void serve(FILE *in, FILE *out) {
    char line[256];
    while (fgets(line, sizeof line, in)) {
        struct task task;
        const char *refusal = parse(line, &task);
        if (refusal) {
            fprintf(out, "error %s: %s", refusal, line); // the line ends itself
        } else {
            run(&task, out);
        }
        fflush(out);
    }
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int fd = argc == 2 ? connect_to(argv[1]) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: collectives SOCKET, the path of a Unix-domain socket that somebody listens on\n");
        MPI_Abort(MPI_COMM_WORLD, 64);
    }
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(library, &length);
    library[strcspn(library, ",\n")] = 0;
    fprintf(out, "hello %d %d %d %s\n", rank, size, (int)getpid(), library);
    fflush(out);
    serve(in, out);
    MPI_Finalize();
    return 0;
}
