// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.transport.TransportKind;

/** The main that a rank runs. Stateless. */
public final class RankProgram {

    /** System property of a rank's JVM: whether the stack trace of every failure is printed. */
    public static final String TRACE_PROPERTY = "bitreduce.trace";

    private RankProgram() {}

    /**
     * Runs a main, and prints what came out of it unless one line says it all, which whoever hears of the end prints.
     *
     * @param who runs it, for messages
     * @param name of the class
     * @param args passed on untouched
     * @return how it ended
     */
    static Ending run(String who, String name, String[] args) {
        String wrong = misconfiguration();
        if (!wrong.isEmpty()) {
            return new Ending(End.FAILURE, ExitCode.USAGE, wrong);
        }
        try {
            Throwable failure = outcome(mainOf(name), args);
            return failure == null ? Ending.RETURNED : printed(who, failure, Ending.of(failure));
        } catch (ReflectiveOperationException | LinkageError e) {
            return printed(who, e, new Ending(End.FAILURE, ExitCode.USAGE, notFound(name, e)));
        }
    }

    /** {@return what came out of a main, or of the static initializers of its class; null if nothing did} */
    private static Throwable outcome(Method main, String[] args) throws IllegalAccessException {
        try {
            main.invoke(null, (Object) args);
            return null;
        } catch (InvocationTargetException | ExceptionInInitializerError e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (Error e) {
            // Thrown by an initializer; if that ran before, in another rank of this JVM, the cause tells what it threw.
            return e.getCause() instanceof ExceptionInInitializerError told ? told : e;
        }
    }

    /** {@return what is wrong with what this JVM has been told of the library; empty if nothing is} */
    private static String misconfiguration() {
        try {
            TransportKind.asked();
        } catch (IllegalArgumentException e) {
            return "-D%s: %s".formatted(TransportKind.PROPERTY, e.getMessage());
        }
        try {
            AlgorithmTable.configured();
        } catch (IllegalArgumentException e) {
            return "%s: %s".formatted(AlgorithmTable.VARIABLE, e.getMessage());
        }
        return "";
    }

    private static Ending printed(String who, Throwable failure, Ending ending) {
        String start = "Exception in " + who + ": ";
        boolean oneLine = ending.end() == End.CONSEQUENCE || failure instanceof CollectiveTimeoutException;
        boolean traced = Boolean.getBoolean(TRACE_PROPERTY) && ending.code() != ExitCode.RESUME_LATER;
        if (traced || !(oneLine || ending.isToldByTheLauncher())) {
            System.err.print(start);
            failure.printStackTrace(System.err);
        } else if (oneLine) {
            System.err.println(
                    start + failure.toString().replaceAll("\\R", " ")); // the trace that matters is another rank's
        }
        return ending;
    }

    private static Method mainOf(String name) throws ReflectiveOperationException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Method main = Class.forName(name, false, loader == null ? RankProgram.class.getClassLoader() : loader)
                .getMethod("main", String[].class);
        if (!Modifier.isStatic(main.getModifiers())) {
            throw new NoSuchMethodException("main is not static");
        }
        main.setAccessible(true);
        return main;
    }

    private static String notFound(String name, Throwable e) {
        if (e instanceof ClassNotFoundException) {
            return "main class not found: class=" + name + "; add its folder or jar with -cp";
        }
        return "cannot run public static void main(String[]): class=" + name + ", cause=" + e;
    }
}
