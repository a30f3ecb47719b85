// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.CodecChooser;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;

/**
 * What a rank asks for, its arguments already checked.
 *
 * @param operation which collective
 * @param input what this rank contributes
 * @param output where the result goes
 * @param count elements per vector: of each rank's input, in scatter of each rank's output
 * @param type of the elements
 * @param reduction how they are combined; {@link Reduction#SUM} where nothing is
 * @param root the rank that gives or gets all, where there is one, else 0
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

    /**
     * {@return whether it is the same as an earlier one, on the same memory} Memory that was freed and allocated again is not
     * the same, though it may have the same address.
     *
     * @param earlier null if there was none
     */
    boolean repeats(Call earlier) {
        return equals(earlier)
                && input.scope().equals(earlier.input.scope())
                && output.scope().equals(earlier.output.scope())
                && (options.residual() == null
                        || options.residual()
                                .scope()
                                .equals(earlier.options.residual().scope()));
    }

    /** {@return whether a rank has an input} */
    boolean contributes(int rank) {
        return switch (operation) {
            case BARRIER -> false;
            case BROADCAST, SCATTER -> rank == root;
            default -> true;
        };
    }

    /** {@return the only rank that gets results, or {@link AllGather#EVERYBODY}} */
    int receiver() {
        return operation == Operation.REDUCE || operation == Operation.GATHER ? root : AllGather.EVERYBODY;
    }

    /** {@return whether a rank gets results} */
    boolean delivers(int rank) {
        return receiver() == AllGather.EVERYBODY || receiver() == rank;
    }

    /** {@return how many vectors of {@code count} elements an input holds} */
    int vectors(int ranks) {
        return operation == Operation.SCATTER ? ranks : 1;
    }

    /** {@return whether elements are doubles, which a codec gets as floats} */
    boolean isDouble() {
        return type == ElementType.DOUBLE;
    }

    /** {@return whether peers may read its vectors where they lie, so that the record says where that is} */
    boolean mayReadInPlace() {
        return chooser.prototype().isPlain() || options.mode() == Mode.TWO_LEVEL;
    }

    /** {@return bytes of one vector of this rank's input} */
    long inputBytes() {
        return count * type.bytes();
    }
}
