// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/** The exit codes of the command, after sysexits.h and the shell. */
public final class ExitCode {

    /** All ranks ended well. */
    public static final int OK = 0;

    /** An uncaught exception ended a rank, as {@code java} itself reports it. */
    public static final int EXCEPTION = 1;

    /** A comparison of measurements found what it was told to fail on. */
    public static final int SLOWER = 3;

    /** Wrong usage: an option, a value, or a class that does not exist. */
    public static final int USAGE = 64;

    /** Wrong data: ranks that make different calls, non-finite or corrupt data. */
    public static final int DATA = 65;

    /** Something that is needed is not there: a JDK, MPJ Express, a file. */
    public static final int UNAVAILABLE = 69;

    /** A mistake in this program. */
    public static final int INTERNAL = 70;

    /** A rank failed without a code of its own. */
    public static final int RANK_FAILED = 71;

    /** Reading or writing failed. */
    public static final int INPUT_OUTPUT = 74;

    /** Stopped in good order before the end; start it again to go on. */
    public static final int RESUME_LATER = 75;

    /** A deadline passed. */
    public static final int TIME_OUT = 124;

    /** Plus the number of the signal that ended the process. */
    public static final int SIGNAL = 128;

    private ExitCode() {}

    /**
     * Says how a process ended.
     *
     * @param status exit status as a shell reports it
     * @return for example {@code was killed by signal 9 (SIGKILL)} or {@code exited with code 3}
     */
    public static String describe(int status) {
        String signal = signalName(status - SIGNAL);
        return signal == null
                ? "exited with code " + status
                : "was killed by signal " + (status - SIGNAL) + " (" + signal + ")";
    }

    /**
     * Whether a status is that of a process killed by a signal.
     *
     * @param status exit status as a shell reports it
     * @return true if it is 128 plus the number of a signal that ends processes
     */
    public static boolean isSignal(int status) {
        return signalName(status - SIGNAL) != null;
    }

    private static String signalName(int signal) {
        return switch (signal) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 3 -> "SIGQUIT";
            case 4 -> "SIGILL";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 15 -> "SIGTERM";
            case 24 -> "SIGXCPU";
            default -> null;
        };
    }
}
