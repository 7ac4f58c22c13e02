package dev.quiver.runtime.logging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** The logging configuration as it is shipped: one threshold for everything. */
final class ShippedConfiguration {
    private static final String LOCATION = "log4j2.configurationFile";

    private ShippedConfiguration() {}

    /** Whether this process is configured by a file with the content that was shipped. */
    static boolean isInUse() {
        String location = System.getProperty(LOCATION);
        return location != null && isUnchanged(location);
    }

    /** Whether there is a file at this location, with the content that was shipped. */
    static boolean isUnchanged(String location) {
        try (InputStream shipped = ShippedConfiguration.class.getResourceAsStream("log4j2.xml")) {
            return shipped != null && Arrays.equals(shipped.readAllBytes(), Files.readAllBytes(Path.of(location)));
        } catch (IOException | InvalidPathException notThatFile) {
            return false;
        }
    }
}
