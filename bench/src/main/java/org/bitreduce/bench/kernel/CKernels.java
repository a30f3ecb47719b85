// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The kernels of {@code kernels.c}, compiled for this machine, and the C library's {@code memcpy}. */
final class CKernels {

    private static final int COMPILER_SECONDS = 60;

    private final MethodHandle copy;
    private final MethodHandle norms;
    private final MethodHandle quantize;
    private final MethodHandle unpack;

    /**
     * Loads what {@link #compile} made.
     *
     * @param library its file
     * @param arena that keeps it loaded
     */
    @SuppressWarnings("restricted")
    CKernels(Path library, Arena arena) {
        SymbolLookup ours = SymbolLookup.libraryLookup(library, arena);
        copy = bind(Linker.nativeLinker().defaultLookup(), "memcpy", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        norms = bind(ours, "norms", JAVA_DOUBLE, ADDRESS, JAVA_LONG, ADDRESS);
        quantize = bind(ours, "quantize", null, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS);
        unpack = bind(ours, "unpack", null, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(SymbolLookup lookup, String name, MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor type =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(lookup.findOrThrow(name), type);
    }

    /**
     * Compiles the kernels with gcc.
     *
     * @param folder receives the library
     * @param vectorBits 256 or 512
     * @return the library's file
     * @throws Unavailable if there is no gcc, or it cannot compile for this processor; the message says why
     */
    static Path compile(Path folder, int vectorBits) throws Unavailable {
        Path source = folder.resolve("kernels.c");
        Path library = folder.resolve("kernels" + vectorBits + ".so");
        try (InputStream in = CKernels.class.getResourceAsStream("kernels.c")) {
            Files.write(source, in.readAllBytes());
            Process gcc = new ProcessBuilder(
                            "gcc",
                            "-O3",
                            "-march=native",
                            "-ffp-contract=off",
                            "-DVECTOR_BITS=" + vectorBits,
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            source.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("gcc.log").toFile())
                    .start();
            if (!gcc.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS)) {
                gcc.destroyForcibly();
                throw new Unavailable("gcc did not end within %d s".formatted(COMPILER_SECONDS));
            }
            if (gcc.exitValue() != 0) {
                String log = Files.readString(folder.resolve("gcc.log"), StandardCharsets.UTF_8);
                throw new Unavailable("gcc cannot compile them: "
                        + log.lines()
                                .filter(line -> line.contains("error"))
                                .findFirst()
                                .orElse("see its messages"));
            }
            return library;
        } catch (IOException e) {
            throw new Unavailable("gcc cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted");
        }
    }

    void copy(KernelData d) {
        try {
            var ignored = (java.lang.foreign.MemorySegment) copy.invokeExact(d.decoded, d.floats, d.count * 4L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void norms(KernelData d) {
        try {
            d.statistics.sumOfSquares = (double) norms.invokeExact(d.floats, (long) d.count, d.norms);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void quantize(KernelData d) {
        try {
            quantize.invokeExact(d.floats, (long) d.count, d.norms, d.bits, d.draws.key(), d.packed);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void unpack(KernelData d, boolean add) {
        try {
            unpack.invokeExact(d.packed, (long) d.count, d.norms, d.bits, add ? 1 : 0, d.decoded);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Why there is nothing in C to compare with. */
    static final class Unavailable extends Exception {

        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }
}
