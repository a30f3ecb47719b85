// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.List;

/** The tasks that there are. */
public final class Tasks {

    private static final List<Task> ALL = List.of(
            new JdkSourceTask(),
            new AgNewsTask(),
            new TextTask(),
            new FashionMnistTask(),
            CifarTask.ten(),
            CifarTask.hundred(),
            new SyntheticTask());

    private Tasks() {}

    /** {@return all tasks, the default one first} */
    public static List<Task> all() {
        return ALL;
    }

    /** {@return the names, in the order of {@link #all()}} */
    public static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    /**
     * {@return a task by name}
     *
     * @param name as on the command line
     * @throws IllegalArgumentException if there is none; names the tasks
     */
    public static Task named(String name) {
        return ALL.stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no task '%s': --task is one of %s".formatted(name, String.join(", ", names()))));
    }
}
