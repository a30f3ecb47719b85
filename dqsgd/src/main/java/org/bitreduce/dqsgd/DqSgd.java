// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.Communicator;
import org.bitreduce.Norm;
import org.bitreduce.codec.PackedLayout;

/**
 * Makes DQ-SGD's controllers: {@code DqSgd.budget(4.0).steps(1000).on(world)}. Immutable: every setting gives a new one.
 *
 * @param method the rule and its settings
 * @param steps of the whole run, at least 1
 */
public record DqSgd(Method method, long steps) {

    /**
     * Checks the number of steps.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public DqSgd {
        BitSchedule.requireSteps(steps);
    }

    /**
     * {@return the budget controller}
     *
     * @param averageBits code bits per element, averaged over the run, 2 to 16
     * @throws IllegalArgumentException if it is out of range
     */
    public static DqSgd budget(double averageBits) {
        return new DqSgd(Method.of(MethodKind.DQSGD, averageBits), 1);
    }

    /**
     * {@return equation 18}
     *
     * @param k levels per sign and unit of norm, positive
     */
    public static DqSgd k(double k) {
        return new DqSgd(Method.of(MethodKind.DQSGD_K, k), 1);
    }

    /**
     * {@return equation 20}
     *
     * @param t levels per sign and unit of norm, positive
     */
    public static DqSgd nonConvex(double t) {
        return new DqSgd(Method.of(MethodKind.DQSGD_NONCONVEX, t), 1);
    }

    /**
     * {@return the dual: an error bound, as few bits as possible}
     *
     * @param relativeError most error relative to the gradients' energy, positive; see {@link DqSgdError}
     */
    public static DqSgd error(double relativeError) {
        return new DqSgd(Method.of(MethodKind.DQSGD_ERROR, relativeError), 1);
    }

    /**
     * Sets the length of the run.
     *
     * @param count steps, at least 1
     * @return with that setting
     */
    public DqSgd steps(long count) {
        return new DqSgd(method, count);
    }

    /**
     * Sets the weight of a step's error against the next step's.
     *
     * @param alpha in (0, 1]; {@link BitSchedule#defaultAlpha} if never set
     * @return with that setting
     * @throws IllegalArgumentException if it is out of range
     */
    public DqSgd alpha(double alpha) {
        return new DqSgd(method.withAlpha(BitSchedule.requireAlpha(alpha)), steps);
    }

    /**
     * Sets the norm, both of the codec's scales and of the rule.
     *
     * @param norm {@link Norm#MAX} or {@link Norm#EUCLIDEAN}
     * @return with that setting
     * @throws IllegalArgumentException if it is another one
     */
    public DqSgd norm(Norm norm) {
        return new DqSgd(method.withNorm(norm), steps);
    }

    /**
     * Makes this rank's controller. The budget controller keeps to codes whose sums over all ranks can be packed, so that
     * mode {@code exact} can carry them.
     *
     * @param world the communicator whose collectives will ask it
     * @return a new controller, this rank's own, for one vector and one run; not thread-safe
     */
    public StepController on(Communicator world) {
        int sumBits = Integer.SIZE - Integer.numberOfLeadingZeros(world.size() - 1);
        return method.controller(steps, Math.min(CountingController.MAX_BITS, PackedLayout.MAX_WIDTH - sumBits));
    }
}
