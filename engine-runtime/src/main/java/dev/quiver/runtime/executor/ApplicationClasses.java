package dev.quiver.runtime.executor;

import java.util.function.Supplier;

/**
 * The class loader in which user code is found. Asked for on a task's thread, where fetching jars may block; always the
 * same loader afterwards. Safe for use by many threads.
 */
@FunctionalInterface
public interface ApplicationClasses extends Supplier<ClassLoader> {
    /** The application's classes are those of this process. */
    static ApplicationClasses of(ClassLoader loader) {
        return () -> loader;
    }
}
