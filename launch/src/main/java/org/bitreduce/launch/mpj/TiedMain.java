// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Runs another main in a JVM that halts when its standard input ends, which it does when its parent dies. */
public final class TiedMain {

    /** Nobody is left to see it. */
    private static final int ORPHAN = 129;

    private TiedMain() {}

    /**
     * Runs the class that the first argument names.
     *
     * @param args the class, then its arguments, to which the first line of standard input is added unless it is empty
     * @throws Throwable what the class throws
     */
    public static void main(String[] args) throws Throwable {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String secret = in.readLine();
        Thread watch = new Thread(() -> haltAtEnd(in), "tied");
        watch.setDaemon(true);
        watch.start();
        String[] own = Arrays.copyOfRange(args, 1, args.length);
        if (secret != null && !secret.isEmpty()) {
            own = Arrays.copyOf(own, own.length + 1);
            own[own.length - 1] = secret;
        }
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) own);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltAtEnd(BufferedReader in) {
        try {
            while (in.readLine() != null) {
                // nothing else is ever sent
            }
        } catch (IOException e) {
            // as good as the end
        }
        Runtime.getRuntime().halt(ORPHAN);
    }
}
