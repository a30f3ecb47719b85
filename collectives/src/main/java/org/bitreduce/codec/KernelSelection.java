// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

/** Picks the kernels of this JVM, once. Nothing here or above it links {@link VectorKernels} where it cannot run. */
final class KernelSelection {

    static final Kernels BEST = choose();

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private KernelSelection() {}

    private static Kernels choose() {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            warn("the JVM runs without the vector module; for the fast ones add to the java command line:"
                    + " --add-modules=" + VECTOR_MODULE);
            return new ScalarKernels();
        }
        // Only C2 makes vector instructions of the Vector API; without it, scalar code is faster by far.
        String compiler = System.getProperty("java.vm.info", "");
        if (compiler.contains("interpreted") || compiler.contains("emulated-client")) {
            warn("the JVM runs without its C2 compiler: " + compiler);
            return new ScalarKernels();
        }
        if (VectorKernels.preferredLanes() < VectorKernels.MIN_LANES) {
            warn("the JVM knows no vector instructions of this processor");
            return new ScalarKernels();
        }
        return new VectorKernels();
    }

    private static void warn(String reason) {
        System.getLogger("org.bitreduce")
                .log(System.Logger.Level.WARNING, "scalar kernels, several times slower: {0}", reason);
    }
}
