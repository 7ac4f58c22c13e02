package dev.quiver.runtime.protocol;

import dev.quiver.id.ExecutorId;

/** How executors are named in certificates: name and incarnation, so that a dead process's certificate proves nothing. */
public final class PeerNames {
    /** The driver's name. */
    public static final String DRIVER = "driver";

    private PeerNames() {}

    /** The name of an executor. */
    public static String of(ExecutorId executor) {
        return executor.name() + "." + executor.incarnation();
    }

    /**
     * The executor of a name.
     *
     * @throws IllegalArgumentException if it names none
     */
    public static ExecutorId executor(String name) {
        int dot = name.lastIndexOf('.');
        if (dot <= 0) {
            throw new IllegalArgumentException("'" + name + "' names no executor");
        }
        return new ExecutorId(name.substring(0, dot), Integer.parseInt(name.substring(dot + 1)));
    }
}
