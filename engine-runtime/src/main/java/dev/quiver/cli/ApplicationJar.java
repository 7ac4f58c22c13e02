package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * A jar that is there and can be read.
 *
 * @param file      absolute path
 * @param mainEntry the Main-Class of its manifest, or null
 * @param classes   the names of its classes, inner ones left out
 */
record ApplicationJar(Path file, String mainEntry, List<String> classes) {
    private static final String CLASS_FILE = ".class";

    /**
     * Looks into a jar.
     *
     * @param what names the jar in errors
     * @throws UsageException when it is missing, unreadable, no jar, or has a name that cannot stand in a list
     */
    static ApplicationJar open(Path path, String what) {
        Path file = path.toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw new UsageException(what + ": there is no file '" + path + "' (looked for " + file
                    + "); check the path, or build the jar");
        }
        if (!Files.isRegularFile(file)) {
            throw new UsageException(what + ": '" + path + "' is a folder; name the jar in it");
        }
        if (!Files.isReadable(file)) {
            throw new UsageException(what + ": '" + path + "' must not be read by this user; change its permissions");
        }
        if (file.toString().contains(",")) {
            throw new UsageException(what + ": the path '" + file + "' has a comma, which separates jars; rename it");
        }
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            String mainClass =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
            return new ApplicationJar(file, mainClass == null ? null : mainClass.trim(), classNames(jar));
        } catch (IOException | RuntimeException malformed) {
            throw new UsageException(
                    what + ": '" + path + "' is not a jar (" + malformed.getMessage() + "); build it again", malformed);
        }
    }

    private static List<String> classNames(JarFile jar) {
        try (Stream<String> names = jar.stream().map(entry -> entry.getName())) {
            return names.filter(name -> name.endsWith(CLASS_FILE) && !name.contains("$") && !name.contains("-"))
                    .map(name -> name.substring(0, name.length() - CLASS_FILE.length())
                            .replace('/', '.'))
                    .toList();
        }
    }

    /**
     * The class to start.
     *
     * @param asked what the user named, or null
     * @throws UsageException when neither the user nor the manifest names one
     */
    String mainClass(String asked) {
        if (asked != null) {
            return asked;
        }
        if (mainEntry == null) {
            throw new UsageException("which class of " + file.getFileName()
                    + " is to run? Its manifest has no Main-Class;" + " name the class with --class"
                    + (classes.isEmpty() ? "" : ", for example --class " + classes.get(0)));
        }
        return mainEntry;
    }

    /** What may have been meant by a class that is not there; completes the sentence "there is no class X". */
    String nearestClasses(String name) {
        String simple = simpleName(name);
        List<String> sameName = classes.stream()
                .filter(candidate -> simpleName(candidate).equalsIgnoreCase(simple))
                .sorted(Comparator.comparingInt(candidate -> Nearest.distance(name, candidate)))
                .limit(3)
                .toList();
        List<String> near = sameName.isEmpty() ? Nearest.to(name, classes) : sameName;
        String help = near.isEmpty()
                ? mainEntry == null || mainEntry.equals(name)
                        ? "; 'jar tf " + file.getFileName() + "' lists what is in it"
                        : "; without --class its Main-Class runs, which is " + mainEntry
                : Nearest.question(near);
        return " in " + file.getFileName() + " or in --jars" + help;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
