// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Drops the byte order mark that some editors put in front of a text, which would be part of its first word. */
final class UnmarkedReader extends FilterReader {

    private static final char MARK = '\uFEFF';

    private boolean begun;

    UnmarkedReader(Reader in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (begun || count <= 0) {
            return count;
        }
        begun = true;
        if (buffer[offset] != MARK) {
            return count;
        }
        System.arraycopy(buffer, offset + 1, buffer, offset, count - 1);
        return count > 1 ? count - 1 : super.read(buffer, offset, length);
    }
}
