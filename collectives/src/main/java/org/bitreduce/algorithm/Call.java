// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.CodecChooser;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/**
 * What a rank asks for, its arguments already checked.
 *
 * @param operation which collective
 * @param input what this rank contributes
 * @param output where the result goes
 * @param count elements per rank
 * @param type of the elements
 * @param reduction how they are combined; {@link Reduction#SUM} where nothing is
 * @param root the broadcasting rank, else 0
 * @param chooser decides the codec
 * @param options the rest
 */
public record Call(
        Operation operation,
        MemorySegment input,
        MemorySegment output,
        long count,
        ElementType type,
        Reduction reduction,
        int root,
        CodecChooser chooser,
        CallOptions options) {

    /** {@return bytes of this rank's input} */
    long inputBytes() {
        return count * type.bytes();
    }
}
