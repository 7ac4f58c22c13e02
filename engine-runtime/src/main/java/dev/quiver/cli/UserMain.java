package dev.quiver.cli;

import dev.quiver.UsageException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.UnaryOperator;

/** The main method of an application. */
final class UserMain {
    private final Method method;
    private final ClassLoader loader;

    private UserMain(Method method, ClassLoader loader) {
        this.method = method;
        this.loader = loader;
    }

    /**
     * Finds the main method of a class. The class is not initialised yet.
     *
     * @param missing completes the sentence "there is no class X" with where it was looked for
     * @throws UsageException when the class, something it needs, or its main method is missing
     */
    static UserMain load(String className, ClassLoader loader, UnaryOperator<String> missing) {
        try {
            Class<?> type = Class.forName(className, false, loader);
            Method method = type.getMethod("main", String[].class);
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != void.class) {
                throw withoutMain(className, null);
            }
            // As with the java command, the class itself need not be public.
            method.setAccessible(true);
            return new UserMain(method, loader);
        } catch (ClassNotFoundException notThere) {
            throw new UsageException("there is no class '" + className + "'" + missing.apply(className), notThere);
        } catch (NoSuchMethodException without) {
            throw withoutMain(className, without);
        } catch (UnsupportedClassVersionError tooNew) {
            throw new UsageException(
                    "class '" + className + "' was compiled for a newer Java than this one, "
                            + Runtime.version().feature()
                            + "; set JAVA_HOME to a newer one, or compile it with --release "
                            + Runtime.version().feature(),
                    tooNew);
        } catch (LinkageError broken) {
            throw new UsageException(
                    "class '" + className + "' cannot be loaded: " + broken
                            + "; if a class is missing, add the jar that has it with --jars",
                    broken);
        }
    }

    private static UsageException withoutMain(String className, Throwable cause) {
        return new UsageException(
                "class '" + className + "' has no method 'public static void main(String[] args)'; add one, or name"
                        + " another class with --class",
                cause);
    }

    /** Calls it on this thread, which sees the application's classes meanwhile. What it throws is thrown on. */
    void run(List<String> args) throws Throwable {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            method.invoke(null, (Object) args.toArray(String[]::new));
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
