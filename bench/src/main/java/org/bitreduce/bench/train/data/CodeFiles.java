// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.util.List;

/** Where the JDK's code is read from. Confined to one thread. */
interface CodeFiles extends AutoCloseable {

    /** {@return the names of all files, each {@code module/path}} */
    List<String> names() throws IOException;

    /** {@return some pieces of a file, evenly spread over it} */
    List<String> snippets(String name) throws IOException;

    /** {@return where the code is from, in words} */
    String origin();

    @Override
    void close() throws IOException;
}
