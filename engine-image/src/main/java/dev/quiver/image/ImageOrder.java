package dev.quiver.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What image is wanted.
 *
 * @param home     folder of the distribution
 * @param base     image with a Java runtime: a name in a registry, or {@code tar:FILE} with what {@code docker save} writes
 * @param name     of the image, with registry and tag
 * @param tar      file to write it to, or null to push it
 * @param jars     of applications, to be in the image
 * @param insecure whether registries may speak plain HTTP or prove nothing
 */
record ImageOrder(Path home, String base, String name, Path tar, List<Path> jars, boolean insecure) {
    static final String HOME = "--home";
    static final String BASE = "--base";
    static final String NAME = "--to";
    static final String TAR = "--tar";
    static final String JAR = "--jar";
    static final String INSECURE = "--insecure";

    /** Reads the words that the command line hands over: options with their values, checked before. */
    static ImageOrder parse(String... words) {
        Map<String, String> values = new HashMap<>();
        List<Path> jars = new ArrayList<>();
        for (int index = 0; index < words.length; index++) {
            if (words[index].equals(INSECURE)) {
                values.put(INSECURE, "true");
            } else if (words[index].equals(JAR)) {
                jars.add(Path.of(words[++index]));
            } else {
                values.put(words[index], words[++index]);
            }
        }
        return new ImageOrder(
                Path.of(values.get(HOME)),
                values.get(BASE),
                values.get(NAME),
                values.containsKey(TAR) ? Path.of(values.get(TAR)) : null,
                List.copyOf(jars),
                values.containsKey(INSECURE));
    }
}
