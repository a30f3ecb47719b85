// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.ScalarKernels;
import org.bitreduce.codec.VectorStatistics;

/** The canonical arithmetic of every mode, element by element on arrays, slow and obvious. */
final class Oracle {

    private final float[][] x;
    private final Codec codec;
    private final Reduction reduction;
    private final long seed;
    private final long operation;
    private final long stream;
    private final int ranks;
    private final int count;

    Oracle(float[][] x, Codec codec, Reduction reduction, long seed, long operation, long stream) {
        this.x = x;
        this.codec = codec;
        this.reduction = reduction;
        this.seed = seed;
        this.operation = operation;
        this.stream = stream;
        this.ranks = x.length;
        this.count = x[0].length;
    }

    float[] allReduce(Mode mode) {
        return switch (mode) {
            case PLAIN -> plain();
            case TWOSHOT -> twoShot();
            case GATHER -> gather();
            case EXACT -> exact();
            case VOTE -> vote();
            case TWO_LEVEL -> throw new IllegalArgumentException("two levels need a placement: see twoLevel");
        };
    }

    private float[] vote() {
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            int lead = 0;
            for (float[] votes : x) {
                lead += votes[i] >= 0 ? 1 : -1;
            }
            y[i] = Integer.signum(lead);
        }
        return y;
    }

    /** Two levels: sums over each host, which then count as the vectors of those who own a part there. */
    float[] twoLevel(Placement placement) {
        float[][] sums = new float[placement.hosts()][];
        for (int host = 0; host < sums.length; host++) {
            sums[host] = sumsOf(placement.ranksOf(host));
        }
        float[] y = new float[count];
        int parts = placement.fewest();
        for (int part = 0; part < parts; part++) {
            int first = (int) Parts.start(count, part, parts, codec);
            int end = (int) Parts.start(count, part + 1, parts, codec);
            if (codec.isPlain()) {
                plainPart(placement, sums, first, end, y);
            } else {
                roundedPart(placement, sums, part, first, end, y);
            }
        }
        return y;
    }

    private float[] sumsOf(int[] members) {
        float[] sums = x[members[0]].clone();
        for (int m = 1; m < members.length; m++) {
            for (int i = 0; i < count; i++) {
                sums[i] = combined(sums[i], x[members[m]][i]);
            }
        }
        return sums;
    }

    private float combined(float a, float b) {
        return switch (reduction) {
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            default -> a + b;
        };
    }

    private void plainPart(Placement placement, float[][] sums, int first, int end, float[] y) {
        for (int i = first; i < end; i++) {
            y[i] = sums[0][i];
            for (int host = 1; host < placement.hosts(); host++) {
                y[i] = combined(y[i], sums[host][i]);
            }
            y[i] /= divisor();
        }
    }

    private void roundedPart(Placement placement, float[][] sums, int part, int first, int end, float[] y) {
        float[] total = new float[count];
        for (int host = 0; host < placement.hosts(); host++) {
            int rank = placement.ranksOf(host)[part];
            float[] norms = norms(java.util.Arrays.copyOfRange(sums[host], first, end));
            for (int i = first; i < end; i++) {
                float norm = norms[bucket(i - first)];
                float v = value(code(sums[host][i], norm, draw(0, rank, i)), norm, 1, 1);
                total[i] = host == 0 ? v : total[i] + v;
            }
        }
        for (int host = 0; host < placement.hosts(); host++) {
            int owner = placement.ranksOf(host)[part];
            int from = first + (int) Parts.start(end - first, host, placement.hosts(), codec);
            int to = first + (int) Parts.start(end - first, host + 1, placement.hosts(), codec);
            float[] norms = norms(java.util.Arrays.copyOfRange(total, from, to));
            for (int i = from; i < to; i++) {
                float norm = norms[bucket(i - from)];
                y[i] = value(code(total[i], norm, draw(1, owner, i)), norm, 1, divisor());
            }
        }
    }

    private float[] plain() {
        float[] y = x[0].clone();
        for (int r = 1; r < ranks; r++) {
            for (int i = 0; i < count; i++) {
                y[i] = combined(y[i], x[r][i]);
            }
        }
        for (int i = 0; i < count && reduction == Reduction.MEAN; i++) {
            y[i] /= ranks;
        }
        return y;
    }

    /** What reduce-scatter leaves, all parts one after the other. */
    float[] sums() {
        float[] y = new float[count];
        for (int r = 0; r < ranks; r++) {
            float[] norms = norms(x[r]);
            for (int i = 0; i < count; i++) {
                float v = value(code(x[r][i], norms[bucket(i)], draw(0, r, i)), norms[bucket(i)], 1, 1);
                y[i] = r == 0 ? v : y[i] + v;
            }
        }
        return y;
    }

    float[] partMeans() {
        float[] y = sums();
        for (int i = 0; i < count && reduction == Reduction.MEAN; i++) {
            y[i] /= ranks;
        }
        return y;
    }

    private float[] twoShot() {
        float[] sums = sums();
        float[] y = new float[count];
        for (int owner = 0; owner < ranks; owner++) {
            int first = (int) Parts.start(count, owner, ranks, codec);
            int end = (int) Parts.start(count, owner + 1, ranks, codec);
            float[] part = java.util.Arrays.copyOfRange(sums, first, end);
            float[] norms = norms(part);
            for (int i = first; i < end; i++) {
                float norm = norms[bucket(i - first)];
                y[i] = value(code(sums[i], norm, draw(1, owner, i)), norm, 1, divisor());
            }
        }
        return y;
    }

    private float[] gather() {
        float[] y = new float[count];
        for (int r = 0; r < ranks; r++) {
            float[] v = rounded(r, divisor());
            for (int i = 0; i < count; i++) {
                y[i] = r == 0 ? v[i] : y[i] + v[i];
            }
        }
        return y;
    }

    /** One rank's elements after one rounding. */
    float[] rounded(int r, int divisor) {
        float[] norms = norms(x[r]);
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            float norm = norms[bucket(i)];
            y[i] = value(code(x[r][i], norm, draw(0, r, i)), norm, 1, divisor);
        }
        return y;
    }

    private float[] exact() {
        float[] shared = norms(x[0]);
        for (int r = 1; r < ranks; r++) {
            float[] other = norms(x[r]);
            for (int b = 0; b < shared.length; b++) {
                shared[b] = Math.max(shared[b], other[b]);
            }
        }
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            int sum = 0;
            for (int r = 0; r < ranks; r++) {
                sum += code(x[r][i], shared[bucket(i)], draw(0, r, i));
            }
            y[i] = value(sum, shared[bucket(i)], ranks, divisor());
        }
        return y;
    }

    private int divisor() {
        return reduction == Reduction.MEAN ? ranks : 1;
    }

    private int draw(int stage, int rank, int i) {
        return codec.rounding() == Rounding.NEAREST
                ? 32768
                : Draws.of(seed, operation, stream, stage, rank).draw(i);
    }

    private int bucket(int i) {
        return codec.isWholeVector() ? 0 : i >> codec.log2Bucket();
    }

    private int code(float value, float norm, int draw) {
        if (codec.bits() == 1) {
            return value >= 0 ? 1 : 0;
        }
        int s = codec.levels();
        float inv = (float) (s * 65536.0 / norm);
        if (!Float.isFinite(inv)) {
            return s;
        }
        int fixed = (int) (Math.min(Math.abs(value) * inv, s * 65536f) + 0.5f);
        int level = (fixed + draw) >>> 16;
        return value < 0 ? s - level : s + level;
    }

    private float value(int code, float norm, int terms, int divisor) {
        int signed = codec.bits() == 1 ? 2 * code - terms : code - codec.levels() * terms;
        return (float) signed * (float) ((double) norm / ((double) codec.levels() * divisor));
    }

    private float[] norms(float[] v) {
        if (codec.norm() == Norm.UNIT) {
            float[] units = new float[v.length + 1];
            java.util.Arrays.fill(units, 1);
            return units;
        }
        float[] norms = new float[Math.max(1, codec.isWholeVector() ? 1 : (v.length >> codec.log2Bucket()) + 1)];
        VectorStatistics totals = new VectorStatistics();
        totals.clear();
        MemorySegment into = MemorySegment.ofArray(norms);
        new ScalarKernels()
                .norms(MemorySegment.ofArray(v), 0, v.length, codec.norm(), codec.log2Bucket(), into, 0, totals);
        return into.toArray(JAVA_FLOAT);
    }
}
