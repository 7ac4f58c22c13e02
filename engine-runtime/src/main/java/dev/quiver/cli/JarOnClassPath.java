package dev.quiver.cli;

import dev.quiver.UsageException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;

/** Finds the jar that a class of this process comes from, for executors that do not have it. */
final class JarOnClassPath {
    private static final String IN_A_JAR = "jar:";

    private JarOnClassPath() {}

    /**
     * The jar that holds a class.
     *
     * @throws UsageException when it comes from a folder, as in an IDE, which cannot be shipped
     */
    static Path holding(String className, ClassLoader classPath) {
        String entry = className.replace('.', '/') + ".class";
        URL found = classPath.getResource(entry);
        if (found == null || !found.toString().startsWith(IN_A_JAR)) {
            throw new UsageException(
                    "class " + className + " is in no jar that could be shipped to executors; package it,"
                            + " and name the jar with quiver.jars");
        }
        String url = found.toString();
        return Path.of(URI.create(url.substring(IN_A_JAR.length(), url.indexOf("!/"))));
    }
}
