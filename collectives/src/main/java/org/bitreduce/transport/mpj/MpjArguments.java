// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.util.Arrays;

/**
 * What mpjrun puts before main's own arguments. A class of its own, because it is asked in programs that have no MPJ Express
 * on their class path. Stateless.
 */
public final class MpjArguments {

    private static final int MPJ_ARGUMENTS = 3;
    private static final int MPJ_HYBRID_ARGUMENTS = 8;

    private MpjArguments() {}

    /**
     * Recognises what mpjrun passes to main: {@code [rank, size, "smpdev", …]}, {@code [rank, configuration, "niodev",
     * …]} or {@code [thread, threads, "hybdev", size, hosts, host, configuration, "niodev", …]}.
     *
     * @param args the arguments of main
     * @return whether mpjrun has started this rank
     */
    public static boolean startedByMpjrun(String[] args) {
        if (args.length < MPJ_ARGUMENTS || !isNumber(args[0])) {
            return false;
        }
        return switch (args[2]) {
            case "smpdev" -> isNumber(args[1]);
            case "niodev" -> args[1].contains("#Number of Processes;");
            case "hybdev" -> args.length >= MPJ_HYBRID_ARGUMENTS && isNumber(args[1]) && isNumber(args[3]);
            default -> false;
        };
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Takes MPJ's own arguments away, as MPI.Init does.
     *
     * @param args the arguments of main, of a rank that mpjrun has started
     * @return what the user has passed
     */
    public static String[] applicationArguments(String[] args) {
        int own = args[2].equals("hybdev") ? MPJ_HYBRID_ARGUMENTS : MPJ_ARGUMENTS;
        return Arrays.copyOfRange(args, Math.min(own, args.length), args.length);
    }
}
