package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Settings in a file, in the format of {@link Properties}, read as UTF-8. */
final class PropertiesFile {
    private PropertiesFile() {}

    /** @throws UsageException when the file cannot be read */
    static Map<String, String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--properties-file: there is no file '" + file + "' (looked for "
                    + file.toAbsolutePath() + "); check the path");
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new UsageException(
                    "--properties-file: cannot read '" + file + "' (" + unreadable + "); it must be a readable text"
                            + " file in UTF-8 with one 'key value' a line",
                    unreadable);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((key, value) -> settings.put((String) key, ((String) value).trim()));
        return settings;
    }
}
