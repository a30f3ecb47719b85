// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.bitreduce.text.Names;

/** Reads methods: {@code NAME[:NUMBER][/KEY=VALUE]...}. */
final class MethodParser {

    private static final List<String> KEYS =
            List.of("norm", "bucket", "rounding", "alpha", "bit-rounding", "error-feedback");

    private MethodParser() {}

    static Method parse(String text) {
        String[] parts = text.strip().split("/", -1);
        Method method = named(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            method = set(method, parts[i]);
        }
        return method;
    }

    private static Method named(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        MethodKind kind = kind(name);
        if (!kind.hasParameter()) {
            if (colon >= 0) {
                throw new IllegalArgumentException("method %s takes no number: method=%s".formatted(name, text));
            }
            return Method.of(kind, 0);
        }
        if (colon < 0 && !Double.isNaN(kind.usualParameter())) {
            return Method.of(kind, kind.usualParameter());
        }
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "method %s needs a number: %s; method=%s".formatted(name, kind.usage(), text));
        }
        return Method.of(kind, kind.requireParameter(number(kind.usage(), text.substring(colon + 1))));
    }

    private static MethodKind kind(String name) {
        List<String> labels = new ArrayList<>();
        for (MethodKind kind : MethodKind.values()) {
            if (kind.label().equals(name)) {
                return kind;
            }
            labels.add(kind.label());
        }
        throw Names.unknown("method", name, labels);
    }

    private static Method set(Method method, String setting) {
        int equals = setting.indexOf('=');
        String key = equals < 0 ? setting : setting.substring(0, equals);
        String value = equals < 0 ? "true" : setting.substring(equals + 1);
        return switch (key) {
            case "norm" -> method.withNorm(Names.parse(Norm.class, key, value));
            case "bucket" -> method.withLog2Bucket(log2Bucket(value));
            case "rounding" -> method.withRounding(Names.parse(Rounding.class, key, value));
            case "alpha" -> method.withAlpha(BitSchedule.requireAlpha(number(key, value)));
            case "bit-rounding" -> method.withBitRounding(Names.parse(BitRounding.class, key, value));
            case "error-feedback" -> method.withErrorFeedback(flag(key, value));
            default -> throw Names.unknown("setting of a method", key, KEYS);
        };
    }

    private static boolean flag(String key, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Names.unknown(key, value, List.of("true", "false"));
        };
    }

    /** {@return the bucket as it is written: a number of elements, or "vector"} */
    static String bucket(Codec codec) {
        return codec.isWholeVector() ? "vector" : Long.toString(1L << codec.log2Bucket());
    }

    private static int log2Bucket(String value) {
        if (value.equals("vector")) {
            return Codec.WHOLE_VECTOR;
        }
        double elements = number("bucket", value);
        int log2 = Math.getExponent(elements);
        if (elements != Math.scalb(1.0, log2) || log2 < 4 || log2 > 30) {
            throw new IllegalArgumentException(
                    "bucket must be vector, or a power of two from 16 to 2^30: bucket=" + value);
        }
        return log2;
    }

    private static double number(String what, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s needs a number: number=%s".formatted(what, text), e);
        }
    }
}
