// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StoppedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rank prints of its main's end, and what others are told. */
@Timeout(60)
class RankProgramTest {

    private final PrintStream usual = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setErr(usual);
        System.clearProperty(RankProgram.TRACE_PROPERTY);
    }

    private static Ending run(Class<?> program, String... args) {
        return RankProgram.run("rank 0", program.getName(), args);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** A program that cannot be initialized. */
    public static final class Unlicensed {

        static {
            checkLicence();
        }

        private Unlicensed() {}

        private static void checkLicence() {
            throw new IllegalStateException("no licence");
        }

        /**
         * Is never called.
         *
         * @param args ignored
         */
        public static void main(String[] args) {}
    }

    /** The same by an error, which comes out as it is. */
    public static final class Unfit {

        static {
            check();
        }

        private Unfit() {}

        private static void check() {
            throw new AssertionError("unfit");
        }

        /**
         * Is never called.
         *
         * @param args ignored
         */
        public static void main(String[] args) {}
    }

    /** A program that ends as it is told to. */
    public static final class Obedient {

        private Obedient() {}

        /**
         * Ends.
         *
         * @param args how
         */
        public static void main(String[] args) {
            switch (args[0]) {
                case "stop" -> throw new StoppedException("at step 3");
                case "refuse" -> throw new LaunchException(ExitCode.UNAVAILABLE, "no data");
                default -> System.err.print("well");
            }
        }
    }

    @Test
    void whatComesOutOfAnInitializerIsThatOfAMain() {
        assertEquals(
                new Ending(End.EXCEPTION, ExitCode.EXCEPTION, "threw java.lang.IllegalStateException: no licence"),
                run(Unlicensed.class));
        assertTrue(printed().startsWith("Exception in rank 0: java.lang.IllegalStateException: no licence"), printed());
        assertTrue(printed().contains("\tat " + Unlicensed.class.getName() + ".checkLicence("), printed());
        printed.reset();
        Ending again = run(Unlicensed.class); // another rank of the same JVM
        assertEquals(End.EXCEPTION, again.end());
        assertEquals(ExitCode.EXCEPTION, again.code());
        assertTrue(again.reason().contains("Exception java.lang.IllegalStateException: no licence"), again::reason);
        assertTrue(printed().contains("\tat " + Unlicensed.class.getName() + ".checkLicence("), printed());
    }

    @Test
    void soIsAnErrorOfAnInitializer() {
        assertEquals(
                new Ending(End.EXCEPTION, ExitCode.EXCEPTION, "threw java.lang.AssertionError: unfit"),
                run(Unfit.class));
        assertTrue(printed().contains("\tat " + Unfit.class.getName() + ".check("), printed());
    }

    @Test
    void tracesOfWhatTheLauncherTellsAreForThoseWhoAsk() {
        Ending missing = RankProgram.run("rank 0", "no.such.Program", new String[0]);
        assertEquals(End.FAILURE, missing.end());
        assertEquals(ExitCode.USAGE, missing.code());
        assertTrue(missing.reason().startsWith("main class not found: class=no.such.Program"), missing::reason);
        run(Obedient.class, "refuse");
        assertEquals("", printed());
        System.setProperty(RankProgram.TRACE_PROPERTY, "true");
        RankProgram.run("rank 0", "no.such.Program", new String[0]);
        assertTrue(
                printed().startsWith("Exception in rank 0: java.lang.ClassNotFoundException: no.such.Program"),
                printed());
        run(Obedient.class, "refuse");
        assertTrue(printed().contains("\tat " + Obedient.class.getName() + ".main("), printed());
    }

    @Test
    void aStopInGoodOrderIsNoFailure() {
        System.setProperty(RankProgram.TRACE_PROPERTY, "true");
        assertEquals(ExitCode.RESUME_LATER, run(Obedient.class, "stop").code());
        assertEquals("", printed());
        assertEquals(Ending.RETURNED, run(Obedient.class, "return"));
        assertEquals("well", printed());
    }
}
