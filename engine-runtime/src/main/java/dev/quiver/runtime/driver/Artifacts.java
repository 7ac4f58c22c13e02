package dev.quiver.runtime.driver;

import dev.quiver.UsageException;
import dev.quiver.runtime.protocol.ContentHash;
import dev.quiver.runtime.protocol.DriverQuery.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The application's jars, by content hash, as the driver offers them to its executors. Immutable. */
final class Artifacts {
    private final List<Artifact> artifacts = new ArrayList<>();
    private final Map<String, Path> files = new LinkedHashMap<>();

    /**
     * Reads and hashes the jars.
     *
     * @param jars paths, comma separated; may be empty
     * @throws UsageException naming a jar that is missing or unreadable
     */
    Artifacts(String jars) {
        for (String name : jars.split(",")) {
            if (!name.isBlank()) {
                add(Path.of(name.trim()));
            }
        }
    }

    private void add(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new UsageException("jar " + jar + " does not exist; check --jars (quiver.jars)");
        }
        try {
            byte[] content = Files.readAllBytes(jar);
            Artifact artifact =
                    new Artifact(ContentHash.of(content), jar.getFileName().toString(), content.length);
            if (files.putIfAbsent(artifact.id().hex(), jar) == null) {
                artifacts.add(artifact);
            }
        } catch (IOException unreadable) {
            throw new UsageException("jar " + jar + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** In class path order. */
    List<Artifact> list() {
        return List.copyOf(artifacts);
    }

    /** The file with this content hash, or null. */
    Path file(String hash) {
        return files.get(hash);
    }
}
