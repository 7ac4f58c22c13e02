package dev.quiver.runtime.application;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads an application from its own jars first, so that it may bring other versions of libraries that the engine uses
 * as well. What both sides must agree on comes from the parent first: the platform, the logging API and the engine
 * itself. Safe for use by many threads.
 */
public final class ApplicationClassLoader extends URLClassLoader {
    private static final List<String> SHARED = List.of("java.", "javax.", "jdk.", "org.slf4j.", "dev.quiver.");

    /** Programs that live under the engine's name and yet are applications. */
    private static final String EXAMPLES = "dev.quiver.examples.";

    static {
        registerAsParallelCapable();
    }

    /**
     * @param jars   jars of the application, searched in this order
     * @param parent what has the engine
     */
    public ApplicationClassLoader(List<Path> jars, ClassLoader parent) {
        super(urls(jars), parent);
    }

    private static URL[] urls(List<Path> jars) {
        URL[] urls = new URL[jars.size()];
        for (int index = 0; index < urls.length; index++) {
            try {
                urls[index] = jars.get(index).toUri().toURL();
            } catch (MalformedURLException impossible) {
                throw new IllegalArgumentException(jars.get(index) + " has no URL", impossible);
            }
        }
        return urls;
    }

    private static boolean isShared(String className) {
        return !className.startsWith(EXAMPLES) && SHARED.stream().anyMatch(className::startsWith);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = isShared(name) ? fromParentFirst(name) : fromApplicationFirst(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> fromParentFirst(String name) throws ClassNotFoundException {
        try {
            return getParent().loadClass(name);
        } catch (ClassNotFoundException notShared) {
            return findClass(name);
        }
    }

    private Class<?> fromApplicationFirst(String name) throws ClassNotFoundException {
        try {
            return findClass(name);
        } catch (ClassNotFoundException notOwn) {
            return getParent().loadClass(name);
        }
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? getParent().getResource(name) : own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> found = new ArrayList<>(Collections.list(findResources(name)));
        found.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(found);
    }
}
