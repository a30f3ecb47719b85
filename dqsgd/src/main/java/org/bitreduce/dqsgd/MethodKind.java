// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;

/** The methods by name, as a table: parameter, its range, the usual codec, and one line of help. */
public enum MethodKind {
    /** {@link BudgetController}. */
    DQSGD("dqsgd", "AVG", 2, 16, Codec.uniform(2), "DQ-SGD on a budget of AVG bits per element, averaged over the run"),
    /** {@link DqSgdK}. */
    DQSGD_K(
            "dqsgd-k",
            "K",
            0,
            Double.MAX_VALUE,
            Codec.uniform(2),
            "DQ-SGD, equation 18: log2(K alpha^((N-n)/2) ||g|| + 1) + 1 bits"),
    /** {@link DqSgdNonConvex}. */
    DQSGD_NONCONVEX(
            "dqsgd-nonconvex",
            "T",
            0,
            Double.MAX_VALUE,
            Codec.uniform(2),
            "DQ-SGD, equation 20: log2(T ||g|| + 1) + 1 bits"),
    /** {@link DqSgdError}. */
    DQSGD_ERROR(
            "dqsgd-error",
            "E",
            0,
            Double.MAX_VALUE,
            Codec.uniform(2),
            "DQ-SGD's dual: as few bits as keep the relative error over the run below E"),
    /** {@link AdaptiveRms}. */
    ADAPTIVE(
            "adaptive",
            "B",
            2,
            16,
            4,
            Codec.uniform(2),
            "Adaptive (Oland and Raj): B bits (4) at the usual root mean square, one more where it doubles"),
    /** {@link AdaQs}. */
    ADAQS(
            "adaqs",
            "B",
            2,
            16,
            4,
            Codec.uniform(2),
            "AdaQS (Guo et al.): B bits (4) at first, one more where the gradient's mean over its deviation halves"),
    /** {@link FixedBits} with the maximum norm, {@link AlternatingBits} between whole widths. */
    FIXED(
            "fixed",
            "B",
            2,
            16,
            Codec.uniform(2),
            "B bits at every step, greatest magnitude per bucket; 2.5: 2 and 3 in turn"),
    /** {@link FixedBits} with the Euclidean norm. */
    QSGD(
            "qsgd",
            "B",
            2,
            16,
            new Codec(2, Norm.EUCLIDEAN, Codec.DEFAULT_LOG2_BUCKET, Rounding.STOCHASTIC),
            "QSGD: B bits at every step, Euclidean norm per bucket"),
    /** {@link FixedBits} after {@link SigmaClip}. */
    TERNGRAD(
            "terngrad",
            "",
            0,
            0,
            new Codec(2, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC),
            "TernGrad: clipped at 2.5 sigma, then 2 bits (-1, 0, 1), one scale per vector"),
    /** {@link FixedBits} with signs that vote. */
    SIGNSGD(
            "signsgd",
            "",
            0,
            0,
            Codec.sign(Norm.UNIT),
            "SignSGD with majority vote: 1 bit; every element of the result is -1, 0 (a tie) or 1"),
    /** {@link FixedBits} with signs, the mean magnitude and error feedback. */
    EF_SIGNSGD(
            "ef-signsgd",
            "",
            0,
            0,
            Codec.sign(Norm.MEAN_MAGNITUDE),
            "EF-SignSGD: 1 bit, mean magnitude per bucket, with error feedback"),
    /** {@link FixedBits} with plain floats. */
    FP32("fp32", "", 0, 0, Codec.plain(), "full precision: plain 32-bit floats");

    private final String label;
    private final String parameter;
    private final double min;
    private final double max;
    /** Of methods whose number need not be given; else NaN. */
    private final double usual;

    @SuppressWarnings("ImmutableEnumChecker") // a record of immutable components
    private final Codec codec;

    private final String help;

    MethodKind(String label, String parameter, double min, double max, Codec codec, String help) {
        this(label, parameter, min, max, Double.NaN, codec, help);
    }

    MethodKind(String label, String parameter, double min, double max, double usual, Codec codec, String help) {
        this.label = label;
        this.parameter = parameter;
        this.min = min;
        this.max = max;
        this.usual = usual;
        this.codec = codec;
        this.help = help;
    }

    /** {@return what the command line calls it} */
    public String label() {
        return label;
    }

    /** {@return label and parameter, such as {@code dqsgd:AVG}; in brackets if it may be left out} */
    public String usage() {
        if (parameter.isEmpty()) {
            return label;
        }
        return Double.isNaN(usual) ? label + ":" + parameter : "%s[:%s]".formatted(label, parameter);
    }

    /** {@return one line for people} */
    public String help() {
        return help;
    }

    /** {@return whether a number follows the name} */
    public boolean hasParameter() {
        return !parameter.isEmpty();
    }

    /** {@return the number where none is given, or NaN where one must be} */
    double usualParameter() {
        return usual;
    }

    /** {@return whether the parameter is a number of bits of every step} */
    boolean isWidth() {
        return this == FIXED || this == QSGD;
    }

    /** {@return norm, bucket, rounding and, for fixed widths without a parameter, the width} */
    Codec codec() {
        return codec;
    }

    /** {@return whether the width changes from step to step} */
    public boolean isDynamic() {
        return switch (this) {
            case DQSGD, DQSGD_K, DQSGD_NONCONVEX, DQSGD_ERROR, ADAPTIVE, ADAQS -> true;
            case FIXED, QSGD, TERNGRAD, SIGNSGD, EF_SIGNSGD, FP32 -> false;
        };
    }

    /**
     * {@return the number}
     *
     * @param value in the range of this method's parameter, a whole number of {@code qsgd}
     * @throws IllegalArgumentException otherwise, naming the range
     */
    double requireParameter(double value) {
        boolean open = min == 0;
        boolean inRange = value >= min && value <= max && !(open && value == 0);
        boolean whole = this == QSGD;
        if (!inRange || (whole && value != Math.rint(value))) {
            String range = open
                    ? "a positive number"
                    : "a %snumber from %.0f to %.0f".formatted(whole ? "whole " : "", min, max);
            throw new IllegalArgumentException(
                    "method %s: %s must be %s: %s=%s".formatted(usage(), parameter, range, parameter, value));
        }
        return value;
    }
}
