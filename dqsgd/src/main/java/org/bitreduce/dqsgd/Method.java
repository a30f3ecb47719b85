// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.bitreduce.text.Names;

/**
 * A method of compressing gradients, with its settings. Immutable; {@link #controller} makes the controllers of a run.
 *
 * @param kind the method
 * @param parameter its number; 0 for kinds without one
 * @param codec norm, bucket and rounding of elements; the width too for methods with a fixed one
 * @param alpha in (0, 1], or 0 for {@link BitSchedule#defaultAlpha}
 * @param bitRounding how methods that are {@link MethodKind#isDynamic} round widths; not used by the others
 * @param errorFeedback whether the run keeps what rounding drops and adds it to the next gradient
 */
public record Method(
        MethodKind kind, double parameter, Codec codec, double alpha, BitRounding bitRounding, boolean errorFeedback) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of its range, or given to a kind that has none
     */
    public Method {
        if (kind.hasParameter()) {
            kind.requireParameter(parameter);
        } else if (parameter != 0) {
            throw new IllegalArgumentException(
                    "method %s takes no number: number=%s".formatted(kind.label(), parameter));
        }
        if (alpha != 0) {
            BitSchedule.requireAlpha(alpha);
        }
    }

    /**
     * {@return a method with its usual settings}
     *
     * @param kind the method
     * @param parameter its number; 0 for kinds without one
     */
    public static Method of(MethodKind kind, double parameter) {
        Codec codec = kind.codec();
        if (kind.isWidth()) {
            codec = codec.withBits((int) kind.requireParameter(parameter));
        }
        BitRounding bitRounding = kind == MethodKind.DQSGD ? BitRounding.LEAST_ERROR : BitRounding.ROUND;
        return new Method(kind, parameter, codec, 0, bitRounding, kind == MethodKind.EF_SIGNSGD);
    }

    /**
     * {@return the method that a text describes} Such as {@code dqsgd:4}, {@code qsgd:6}, {@code fp32}; settings may
     * follow, {@code dqsgd:4/alpha=0.999/norm=euclidean/bucket=vector}.
     *
     * @param text name, number and settings
     * @throws IllegalArgumentException if it is none, naming the nearest valid name or the valid range
     */
    public static Method parse(String text) {
        return MethodParser.parse(text);
    }

    /** {@return the table of methods for people, one line each} */
    public static String help() {
        StringBuilder help = new StringBuilder();
        for (MethodKind kind : MethodKind.values()) {
            help.append("  %-18s %s%n".formatted(kind.usage(), kind.help()));
        }
        return help.toString();
    }

    /**
     * {@return this method with another norm}
     *
     * @param norm {@link Norm#MAX} or {@link Norm#EUCLIDEAN} from 2 bits, one of the others for 1 bit
     */
    public Method withNorm(Norm norm) {
        return withCodec(new Codec(codec.bits(), norm, codec.log2Bucket(), codec.rounding()));
    }

    /**
     * {@return this method with another bucket}
     *
     * @param log2Bucket 4 to 30, or {@link Codec#WHOLE_VECTOR}
     */
    public Method withLog2Bucket(int log2Bucket) {
        return withCodec(new Codec(codec.bits(), codec.norm(), log2Bucket, codec.rounding()));
    }

    /**
     * {@return this method with another rounding of elements}
     *
     * @param rounding nearest is biased; use it with error feedback
     */
    public Method withRounding(Rounding rounding) {
        return withCodec(new Codec(codec.bits(), codec.norm(), codec.log2Bucket(), rounding));
    }

    /**
     * {@return this method with another alpha}
     *
     * @param other in (0, 1], or 0 for the default
     */
    public Method withAlpha(double other) {
        return new Method(kind, parameter, codec, other, bitRounding, errorFeedback);
    }

    /**
     * {@return this method with another rounding of widths}
     *
     * @param other how
     */
    public Method withBitRounding(BitRounding other) {
        return new Method(kind, parameter, codec, alpha, other, errorFeedback);
    }

    /**
     * {@return this method with or without error feedback}
     *
     * @param other whether
     */
    public Method withErrorFeedback(boolean other) {
        return new Method(kind, parameter, codec, alpha, bitRounding, other);
    }

    private Method withCodec(Codec other) {
        return new Method(kind, parameter, other, alpha, bitRounding, errorFeedback);
    }

    /** {@return what to do to a rank's gradient before each collective} */
    public GradientTransform transform() {
        return kind == MethodKind.TERNGRAD ? SigmaClip.TERNGRAD : GradientTransform.NONE;
    }

    /** {@return what to do to the mean of all ranks' gradients after each collective, the same on every rank} */
    public GradientTransform resultTransform() {
        return isVote() ? MajorityVote.SIGN : GradientTransform.NONE;
    }

    /**
     * {@return whether only the sign of the result means something} Then the step is the learning rate times that sign:
     * it does not shrink with the gradient, so the learning rate must be smaller than for other methods.
     */
    public boolean isVote() {
        return codec.norm() == Norm.UNIT;
    }

    /**
     * {@return the arithmetic that suits this method, or null for the communicator's usual one} Votes are counted, so
     * that a tie is 0; a second rounding would make it a vote for one side.
     */
    public Mode usualMode() {
        return isVote() ? Mode.VOTE : null;
    }

    /**
     * {@return a new controller for one rank's run}
     *
     * @param steps of the whole run, at least 1
     */
    public StepController controller(long steps) {
        return controller(steps, CountingController.MAX_BITS);
    }

    /**
     * {@return a new controller that keeps to a widest code}
     *
     * @param steps of the whole run, at least 1
     * @param maxBits widest code of {@code dqsgd}, 2 to 16; the others have their own limits
     */
    StepController controller(long steps, int maxBits) {
        double weight = alpha == 0 ? BitSchedule.defaultAlpha(steps) : alpha;
        return switch (kind) {
            case DQSGD -> new BudgetController(parameter, weight, steps, maxBits, codec, bitRounding);
            case DQSGD_K -> new DqSgdK(parameter, weight, steps, codec, bitRounding);
            case DQSGD_NONCONVEX -> new DqSgdNonConvex(parameter, codec, bitRounding);
            case DQSGD_ERROR -> new DqSgdError(parameter, weight, steps, codec);
            case ADAPTIVE -> new AdaptiveRms(parameter, codec, bitRounding);
            case ADAQS -> new AdaQs(parameter, codec, bitRounding);
            case FIXED ->
                parameter == Math.rint(parameter)
                        ? new FixedBits(toString(), codec)
                        : new AlternatingBits(toString(), parameter, codec);
            case QSGD, TERNGRAD, SIGNSGD, EF_SIGNSGD, FP32 -> new FixedBits(toString(), codec);
        };
    }

    /** {@return the text that {@link #parse} makes this method of; settings that are usual are left out} */
    @Override
    public String toString() {
        Method usual = of(kind, parameter);
        StringBuilder text = new StringBuilder(kind.label());
        if (kind.hasParameter()) {
            text.append(':').append(number(parameter));
        }
        append(text, "norm", codec.norm(), usual.codec.norm());
        append(text, "bucket", MethodParser.bucket(codec), MethodParser.bucket(usual.codec));
        append(text, "rounding", codec.rounding(), usual.codec.rounding());
        append(text, "alpha", alpha, usual.alpha);
        append(text, "bit-rounding", bitRounding, usual.bitRounding);
        append(text, "error-feedback", errorFeedback, usual.errorFeedback);
        return text.toString();
    }

    private static void append(StringBuilder text, String key, Object value, Object usual) {
        if (!value.equals(usual)) {
            String word = value instanceof Enum<?> constant ? Names.of(constant) : value.toString();
            text.append('/').append(key).append('=').append(word);
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && value < 1e6 ? Long.toString((long) value) : Double.toString(value);
    }
}
