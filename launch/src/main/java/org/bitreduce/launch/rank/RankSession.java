// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bitreduce.launch.ExitCode;

/** One rank, from its introduction to the launcher to the end of its main. */
final class RankSession {

    private final int rank;
    private final SupervisorLink link;
    private final RankStreams streams;
    private final ExitWatch exitWatch;
    private final AtomicBoolean done = new AtomicBoolean();

    private RankSession(int rank, SupervisorLink link, RankThreads threads) {
        this.rank = rank;
        this.link = link;
        streams = RankStreams.install(link, threads);
        exitWatch = ExitWatch.install(threads, code -> finish(End.EXIT, code, exitReason(code)));
    }

    /**
     * Connects to the launcher; from now on the rank's output goes there.
     *
     * @param rank this rank
     * @param threads of this rank
     * @return the session
     */
    static RankSession open(int rank, RankThreads threads) {
        Path directory = Path.of(System.getProperty(Wire.SUPERVISOR_PROPERTY));
        return new RankSession(rank, SupervisorLink.connect(directory, rank), threads);
    }

    /**
     * Runs the user's main.
     *
     * @param args passed on untouched
     * @return the exit code it stands for; the launcher knows it already
     */
    int run(String[] args) {
        return runMain("rank " + rank, System.getProperty(Wire.MAIN_PROPERTY), args, this::finish);
    }

    /** Hears of the end of a main. */
    private interface Finish {
        void at(End end, int code, String reason);
    }

    /**
     * Runs a main whose end nobody but the caller hears of; what came out of it is printed.
     *
     * @param who ran it, for messages
     * @param name of the class
     * @param args passed on untouched
     * @return the exit code it stands for
     */
    static int runMain(String who, String name, String[] args) {
        return runMain(who, name, args, (end, code, reason) -> {});
    }

    private static int runMain(String who, String name, String[] args, Finish finish) {
        try {
            mainOf(name).invoke(null, (Object) args);
            finish.at(End.RETURNED, ExitCode.OK, "");
            return ExitCode.OK;
        } catch (InvocationTargetException e) {
            return fail(who, e.getCause(), finish);
        } catch (ReflectiveOperationException | LinkageError e) {
            System.err.println(notFound(name, e));
            finish.at(End.EXCEPTION, ExitCode.USAGE, notFound(name, e));
            return ExitCode.USAGE;
        }
    }

    private static int fail(String who, Throwable failure, Finish finish) {
        int code = End.exitCode(failure);
        if (code == ExitCode.RESUME_LATER) {
            finish.at(End.EXCEPTION, code, "stopped in good order, to go on later");
            return code;
        }
        End end = End.of(failure);
        System.err.print("Exception in " + who + ": ");
        if (end == End.CONSEQUENCE) {
            System.err.println(failure.toString().replaceAll("\\R", " ")); // the trace that matters is another rank's
        } else {
            failure.printStackTrace(System.err);
        }
        finish.at(end, code, "threw " + failure);
        return code;
    }

    /** Lets what is printed from now on pass as the JVM's output; for a rank that has a JVM of its own. */
    void close() {
        streams.uninstall();
    }

    private void finish(End end, int code, String reason) {
        streams.flush();
        if (done.compareAndSet(false, true)) {
            link.sendDone(end, code, reason.lines().findFirst().orElse(""));
            exitWatch.remove();
        }
    }

    private static String exitReason(int code) {
        // the JVM handles SIGTERM and its like by exiting in a thread of this name
        boolean signal = Thread.currentThread().getName().matches("SIG[A-Z]+ handler");
        return signal ? ExitCode.describe(code) : "called System.exit(" + code + ")";
    }

    private static Method mainOf(String name) throws ReflectiveOperationException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Method main = Class.forName(name, true, loader == null ? RankSession.class.getClassLoader() : loader)
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
