// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Every field of a call that one rank can get wrong, for every collective. Each rank of a group runs the whole matrix in
 * the same order; what it proves of each entry is in {@link #run}. Knows nothing of how ranks are started.
 */
public final class MismatchMatrix {

    private static final int ROOM = 16_000;
    private static final List<String> COLLECTIVES =
            List.of("all-reduce", "reduce", "reduce-scatter", "all-gather", "gather", "scatter", "broadcast");
    private static final Codec FOUR = Codec.uniform(4);

    /**
     * A call.
     *
     * @param collective barrier, all-reduce and so on
     * @param count elements of this rank
     * @param residual whether it comes with error feedback
     */
    private record Spec(
            String collective,
            int count,
            ElementType type,
            Reduction reduction,
            CodecChooser codec,
            Mode mode,
            long stream,
            boolean residual,
            int root) {

        static Spec of(String collective, int count, Codec codec) {
            return new Spec(collective, count, ElementType.FLOAT, Reduction.SUM, codec, null, 0, false, 0);
        }

        Spec count(int other) {
            return new Spec(collective, other, type, reduction, codec, mode, stream, residual, root);
        }

        Spec type(ElementType other) {
            return new Spec(collective, count, other, reduction, codec, mode, stream, residual, root);
        }

        Spec reduction(Reduction other) {
            return new Spec(collective, count, type, other, codec, mode, stream, residual, root);
        }

        Spec codec(CodecChooser other) {
            return new Spec(collective, count, type, reduction, other, mode, stream, residual, root);
        }

        Spec mode(Mode other) {
            return new Spec(collective, count, type, reduction, codec, other, stream, residual, root);
        }

        Spec stream(long other) {
            return new Spec(collective, count, type, reduction, codec, mode, other, residual, root);
        }

        Spec withResidual() {
            return new Spec(collective, count, type, reduction, codec, mode, stream, true, root);
        }

        Spec root(int other) {
            return new Spec(collective, count, type, reduction, codec, mode, stream, residual, other);
        }

        void call(Communicator world, MemorySegment in, MemorySegment out, MemorySegment dropped) {
            CallOptions options =
                    CallOptions.DEFAULT.withMode(mode).withStream(stream).withResidual(residual ? dropped : null);
            switch (collective) {
                case "all-reduce" -> world.allReduce(in, out, count, type, reduction, codec, options);
                case "reduce-scatter" -> world.reduceScatter(in, out, count, type, reduction, codec, options);
                case "all-gather" -> world.allGather(in, out, count, type, codec, options);
                case "reduce" -> world.reduce(in, out, count, type, reduction, root, codec, options);
                case "gather" -> world.gather(new Data(in, type, count), all(out, world), root, codec, options);
                case "scatter" -> world.scatter(all(in, world), new Data(out, type, count), root, codec, options);
                case "broadcast" -> world.broadcast(out, count, type, root, codec, options);
                default -> world.barrier();
            }
        }

        private Data all(MemorySegment vector, Communicator world) {
            return new Data(vector, type, (long) world.size() * count);
        }

        boolean hasRoot() {
            return List.of("reduce", "gather", "scatter", "broadcast").contains(collective);
        }

        boolean hasFeedback() {
            return !collective.equals("broadcast") && !collective.equals("scatter");
        }
    }

    /**
     * One field that a rank gets wrong.
     *
     * @param field its name in the message
     * @param right what the others do
     * @param wrong what that rank does
     * @param rightValue as the message says it
     * @param wrongValue likewise
     */
    private record Deviation(String field, Spec right, Spec wrong, String rightValue, String wrongValue) {}

    private MismatchMatrix() {}

    /** A controller with a state: the same codec, but another decision to come. */
    private record Stateful(long fingerprint) implements CodecChooser {
        @Override
        public Codec choose(AgreedStatistics agreed) {
            return FOUR;
        }

        @Override
        public Codec prototype() {
            return FOUR;
        }
    }

    private static List<Deviation> deviations() {
        List<Deviation> all = new ArrayList<>();
        List<Spec> bases = new ArrayList<>();
        for (String collective : COLLECTIVES) {
            bases.add(Spec.of(collective, 3000, FOUR));
            if (!collective.equals("gather") && !collective.equals("scatter")) { // they differ little
                bases.add(Spec.of(collective, 3000, Codec.plain()));
            }
            bases.add(Spec.of(collective, 3, Codec.plain())); // small enough to travel with the agreement
        }
        for (Spec base : bases) {
            addCommon(all, base);
            if (((Codec) base.codec).isPlain()) {
                addPlain(all, base);
            } else {
                addQuantized(all, base);
            }
        }
        Spec barrier = Spec.of("barrier", 0, Codec.plain());
        bases.forEach(base -> all.add(new Deviation("operation", barrier, base, "barrier", base.collective)));
        return all;
    }

    private static void addCommon(List<Deviation> all, Spec base) {
        boolean reduces = base.collective.endsWith("reduce") || base.collective.startsWith("reduce");
        Spec barrier = Spec.of("barrier", 0, Codec.plain());
        Spec other = Spec.of(base.collective.equals("broadcast") ? "all-gather" : "broadcast", base.count, FOUR);
        all.add(new Deviation("operation", base, barrier, base.collective, "barrier"));
        all.add(new Deviation("operation", base, other, base.collective, other.collective));
        for (int count : new int[] {0, 2, 2999, 4000}) {
            all.add(new Deviation("count", base, base.count(count), base.count + "", count + ""));
        }
        all.add(new Deviation("stream", base.stream(-7), base.stream(1), "-7", "1"));
        if (reduces) {
            all.add(new Deviation("reduction", base, base.reduction(Reduction.MEAN), "SUM", "MEAN"));
        }
        if (base.hasRoot()) {
            all.add(new Deviation("root", base, base.root(1), "0", "1"));
        }
    }

    private static void addPlain(List<Deviation> all, Spec base) {
        all.add(new Deviation("element type", base, base.type(ElementType.INT), "FLOAT", "INT"));
        all.add(new Deviation("element type", base, base.type(ElementType.DOUBLE), "FLOAT", "DOUBLE"));
        all.add(new Deviation("element type", base.type(ElementType.LONG), base, "LONG", "FLOAT"));
        all.add(new Deviation("codec", base, base.codec(FOUR), "32 bits, norm MAX", "4 bits, norm MAX"));
        if (base.collective.equals("all-reduce")) {
            all.add(new Deviation("reduction", base, base.reduction(Reduction.MAX), "SUM", "MAX"));
            all.add(new Deviation("mode", base, base.mode(Mode.PLAIN), "the usual", "PLAIN"));
        }
    }

    private static void addQuantized(List<Deviation> all, Spec base) {
        Codec max = new Codec(4, Norm.MAX, 9, Rounding.STOCHASTIC);
        String usual = "4 bits, norm MAX, log2 bucket 9, rounding STOCHASTIC";
        all.add(codec(base, usual, max.withBits(5), "5 bits, norm MAX, log2 bucket 9, rounding STOCHASTIC"));
        all.add(codec(base, usual, Codec.plain(), "32 bits, norm MAX"));
        all.add(codec(base, usual, Codec.sign(Norm.MEAN_MAGNITUDE), "1 bits, norm MEAN_MAGNITUDE"));
        all.add(codec(base, usual, new Codec(4, Norm.EUCLIDEAN, 9, Rounding.STOCHASTIC), "4 bits, norm EUCLIDEAN"));
        all.add(codec(
                base, usual, new Codec(4, Norm.MAX, 10, Rounding.STOCHASTIC), "4 bits, norm MAX, log2 bucket 10"));
        all.add(codec(
                base, usual, new Codec(4, Norm.MAX, 9, Rounding.NEAREST), usual.replace("STOCHASTIC", "NEAREST")));
        String state = "codec or state of its controller";
        all.add(new Deviation(state, base.codec(new Stateful(0x17)), base.codec(new Stateful(0x18)), "0x17", "0x18"));
        if (base.hasFeedback()) {
            all.add(new Deviation("error feedback", base, base.withResidual(), "off", "on"));
            all.add(new Deviation("error feedback", base.withResidual(), base, "on", "off"));
        }
        if (base.collective.equals("all-reduce")) {
            all.add(new Deviation("mode", base, base.mode(Mode.EXACT), "the usual", "EXACT"));
            all.add(new Deviation("mode", base, base.mode(Mode.TWO_LEVEL), "the usual", "TWO_LEVEL"));
        }
        if (base.collective.endsWith("reduce")) {
            all.add(new Deviation("mode", base.mode(Mode.GATHER), base.mode(Mode.TWOSHOT), "GATHER", "TWOSHOT"));
        }
    }

    private static Deviation codec(Spec base, String usual, Codec other, String otherText) {
        return new Deviation("codec", base, base.codec(other), usual, otherText);
    }

    /**
     * Runs the matrix, with every rank in turn as the one that is wrong, and proves: all ranks get a clean mismatch that
     * names the field, two ranks and both values; no output is written; the next call works.
     *
     * @param world at least two ranks, all of which call this
     * @return how many entries there were, ranks included
     * @throws AssertionError names the entry that is not so
     */
    public static int run(Communicator world) {
        int entries = 0;
        for (Deviation deviation : deviations()) {
            for (int wrong = 0; wrong < world.size(); wrong++) {
                check(world, deviation, wrong);
                entries++;
            }
        }
        return entries;
    }

    /**
     * Runs the matrix as {@link #run} does, with one rank for each entry, each in turn, as the one that is wrong: for
     * transports, which know nothing of what calls say.
     *
     * @param world at least two ranks, all of which call this
     * @return how many entries there were
     */
    public static int runOnce(Communicator world) {
        List<Deviation> all = deviations();
        for (int entry = 0; entry < all.size(); entry++) {
            check(world, all.get(entry), entry % world.size());
        }
        return all.size();
    }

    /** {@return how many fields, of how many collectives, the matrix has} */
    public static String describe() {
        List<Deviation> all = deviations();
        return "%d deviations of %d fields"
                .formatted(
                        all.size(),
                        all.stream().map(Deviation::field).distinct().count());
    }

    private static void check(Communicator world, Deviation deviation, int wrong) {
        boolean deviates = world.rank() == wrong;
        Spec spec = deviates ? deviation.wrong : deviation.right;
        float[] out = new float[world.size() * ROOM];
        Arrays.fill(out, 7);
        float[] dropped = new float[spec.count];
        float[] in = new float[ROOM];
        Arrays.fill(in, world.rank() + 1);
        String where = "%s, wrong on rank %d, seen by rank %d".formatted(deviation, wrong, world.rank());
        MismatchException e = mismatch(world, spec, in, out, dropped, where);
        int other = wrong == 0 ? 1 : wrong;
        String first = wrong == 0 ? deviation.wrongValue : deviation.rightValue;
        String second = wrong == 0 ? deviation.rightValue : deviation.wrongValue;
        String message = e.getMessage();
        require(message.contains(": %s is %s".formatted(deviation.field, first)), where + ": " + message);
        require(message.contains("on rank 0 and " + second), where + ": " + message);
        require(message.endsWith("on rank " + other) || message.contains("on rank " + other), where + ": " + message);
        require(all(out, 7), where + ": an output was written");
        require(all(dropped, 0), where + ": a residual was written");
        float[] one = {1};
        world.allReduce(one, Reduction.SUM, Codec.plain());
        require(one[0] == world.size(), where + ": the next call gave " + one[0]);
    }

    private static boolean all(float[] vector, float value) {
        for (float element : vector) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    private static MismatchException mismatch(
            Communicator world, Spec spec, float[] in, float[] out, float[] dropped, String where) {
        boolean wide = spec.type == ElementType.DOUBLE || spec.type == ElementType.LONG;
        MemorySegment input = wide ? MemorySegment.ofArray(new double[ROOM]) : MemorySegment.ofArray(in);
        MemorySegment output = wide ? MemorySegment.ofArray(new double[out.length]) : MemorySegment.ofArray(out);
        try {
            spec.call(world, input, output, MemorySegment.ofArray(dropped));
        } catch (MismatchException e) {
            require(e.isClean(), where + ": not clean");
            return e;
        }
        throw new AssertionError(where + ": nothing was noticed");
    }

    private static void require(boolean fact, String message) {
        if (!fact) {
            throw new AssertionError(message);
        }
    }
}
