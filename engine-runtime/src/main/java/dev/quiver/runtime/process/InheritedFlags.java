package dev.quiver.runtime.process;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What an executor's JVM gets from its driver's: the archive of classes, and how to log. {@code bin/quiver} says both in
 * system properties; in any other application they are missing, and nothing is inherited. An archive that does not fit
 * the executor's JVM or class path is ignored by it without a word.
 */
public final class InheritedFlags {
    /** Names the file with the archive of classes. */
    static final String ARCHIVE = "quiver.archive";

    private static final List<String> LOGGING =
            List.of("log4j2.configurationFile", "slf4j.provider", "slf4j.internal.verbosity", "quiver.log.level");

    private InheritedFlags() {}

    /** The flags for an executor of this process. */
    public static List<String> ofThisProcess() {
        return from(System::getProperty, Runtime.version().feature());
    }

    /** @param properties value by name, null for what is missing @param feature Java's version */
    static List<String> from(UnaryOperator<String> properties, int feature) {
        List<String> flags = new ArrayList<>();
        String archive = properties.apply(ARCHIVE);
        if (archive != null) {
            flags.add("-XX:SharedArchiveFile=" + archive);
            flags.add("-Xlog:cds*=off");
            if (feature >= 24) {
                flags.add("-Xlog:aot*=off");
            }
        }
        for (String name : LOGGING) {
            String value = properties.apply(name);
            if (value != null) {
                flags.add("-D" + name + "=" + value);
            }
        }
        return List.copyOf(flags);
    }
}
