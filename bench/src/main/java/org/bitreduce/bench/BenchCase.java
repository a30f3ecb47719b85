// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/** One line of the table in the making: a call that can be repeated, and the proof that it is right. */
interface BenchCase {

    /** {@return what is being measured} */
    Subject subject();

    /** Makes the vectors ready for the next call. Not timed. */
    void prepare();

    /** Makes the call. */
    void run();

    /**
     * Compares the last call's result with the oracle.
     *
     * @param tally gets what this rank finds
     */
    void verify(ErrorTally tally);

    /** {@return CRC32C of what must be equal on all ranks after the last call; 0 if nothing must} */
    long checksum();

    /**
     * What a row is about.
     *
     * @param implementation whose call it is
     * @param form how it is called
     * @param inPlace whether the result goes over the input
     * @param count elements of the whole vector
     * @param bits per element, 32 for plain floats
     * @param mode arithmetic; known after the first call
     * @param algorithm schedule
     */
    record Subject(
            String implementation, Form form, boolean inPlace, long count, int bits, String mode, String algorithm) {}
}
