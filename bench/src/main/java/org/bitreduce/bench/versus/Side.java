// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

/**
 * One line of the table: a way to do an operation.
 *
 * @param label what the table calls it
 * @param crew its ranks; sides may share them
 * @param variant what the ranks need to know, see {@link Task#variant}
 * @param bits per element, 32 for plain floats
 * @param ours whether it is BitReduce
 */
record Side(String label, Crew crew, String variant, int bits, boolean ours) {

    /** Vectors from {@code Communicator.allocate}, which peers may read in place. */
    static final String ALLOCATED = "allocated";

    /** Vectors of the caller's own. */
    static final String FOREIGN = "foreign";

    /**
     * {@return BitReduce with a width and a kind of memory}
     *
     * @param crew its ranks
     * @param bits 2 to 16, or 32 for plain floats
     * @param memory {@link #ALLOCATED} or {@link #FOREIGN}
     */
    static Side ours(Crew crew, int bits, String memory) {
        return new Side(label(bits, memory), crew, memory + ":" + bits, bits, true);
    }

    /** {@return such as {@code bitreduce:4} or {@code bitreduce:float:foreign}} */
    static String label(int bits, String memory) {
        String width = bits == 32 ? "float" : Integer.toString(bits);
        return "bitreduce:" + width + (memory.equals(ALLOCATED) ? "" : ":" + memory);
    }

    /** {@return whether a label is one of BitReduce's} */
    static boolean isOurs(String label) {
        return label.startsWith("bitreduce:");
    }
}
