// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.util.List;

/** Reads records of a text file, one after the other. Confined to one thread. */
interface TextRecords extends AutoCloseable {

    /**
     * {@return the fields of the next record, the label first, or null at the end}
     *
     * @throws IOException if the file is damaged; names it and the line
     */
    List<String> next() throws IOException;

    /** {@return the line in which the record that {@link #next} gave last begins, from 1; empty lines count} */
    int line();

    @Override
    void close() throws IOException;
}
