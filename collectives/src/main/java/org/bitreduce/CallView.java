// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.function.Function;
import org.bitreduce.algorithm.Call;

/** Collective calls that another thread than the caller's may carry out: begun, or prepared. */
final class CallView<R> extends Collectives<R> {

    private final Function<Call, R> carrier;

    CallView(Calls calls, Function<Call, R> carrier) {
        super(calls);
        this.carrier = carrier;
    }

    @Override
    R carry(Call call) {
        CallMemory.requireUnconfined("input", call.input());
        CallMemory.requireUnconfined("output", call.output());
        if (call.options().residual() != null) {
            CallMemory.requireUnconfined("residual", call.options().residual());
        }
        return carrier.apply(call);
    }
}
