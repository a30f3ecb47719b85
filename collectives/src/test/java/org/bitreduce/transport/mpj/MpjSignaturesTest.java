// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import mpi.MPI;
import org.junit.jupiter.api.Test;

/** Every public signature that the adapter is compiled against is there in the real MPJ Express. */
class MpjSignaturesTest {

    @Test
    void theRealClassesHaveThem() throws Exception {
        Path lib = MpjHome.required().resolve("lib");
        URI signatures =
                MPI.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        List<String> names = classNames(Path.of(signatures));
        assertTrue(names.contains("mpi.MPI") && names.size() > 10, "found " + names);
        URL[] real = {
            lib.resolve("mpj.jar").toUri().toURL(),
            lib.resolve("log4j-1.2.jar").toUri().toURL()
        };
        Set<String> missing = new TreeSet<>();
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader theirs = new URLClassLoader(real, platform);
                URLClassLoader ours = new URLClassLoader(new URL[] {signatures.toURL()}, platform)) {
            for (String name : names) {
                Set<String> there = members(Class.forName(name, false, theirs));
                Set<String> needed = members(Class.forName(name, false, ours));
                needed.removeAll(there);
                needed.forEach(member -> missing.add(name + ": " + member));
            }
        }
        assertEquals(Set.of(), missing);
    }

    private static List<String> classNames(Path signatures) throws Exception {
        if (Files.isDirectory(signatures)) {
            return classNamesBelow(signatures);
        }
        try (var jar = FileSystems.newFileSystem(signatures)) {
            return classNamesBelow(jar.getPath("/"));
        }
    }

    private static List<String> classNamesBelow(Path root) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            return new ArrayList<>(files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .toList());
        }
    }

    /** The superclass too: what is inherited must come from the same place. */
    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        members.add("extends "
                + (type.getSuperclass() == null ? "" : type.getSuperclass().getName()));
        members.add(type.isInterface() ? "interface" : "class");
        List<Member> all = new ArrayList<>(Arrays.asList(type.getMethods()));
        all.addAll(Arrays.asList(type.getConstructors()));
        all.addAll(Arrays.asList(type.getFields()));
        for (Member member : all) {
            if (member.getDeclaringClass() == type) {
                members.add(describe(member));
            }
        }
        return members;
    }

    private static String describe(Member member) {
        String kind = Modifier.isStatic(member.getModifiers()) ? "static " : "";
        return switch (member) {
            case Field field -> kind + field.getType().getName() + " " + field.getName();
            case Method method -> kind + method.getReturnType().getName() + " " + parameters(method);
            case Executable constructor -> "new " + parameters(constructor);
            default -> throw new IllegalArgumentException(member.toString());
        };
    }

    private static String parameters(Executable executable) {
        return executable.getName()
                + Arrays.stream(executable.getParameterTypes())
                        .map(Class::getName)
                        .toList();
    }
}
