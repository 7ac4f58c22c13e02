package dev.quiver.shuffle.storage;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Which shuffle storage a session wants.
 *
 * @param kind            the kind
 * @param parent          folder that every executor reaches; null where none is needed
 * @param indexCacheBytes most bytes of indexes an executor remembers
 */
public record StorageSettings(StorageKind kind, Path parent, long indexCacheBytes) {
    public static final ConfigKey<String> STORAGE = ConfigKey.text("shuffle.storage", StorageKind.EXECUTOR.text())
            .check(value -> StorageKind.texts().contains(value), "be one of " + String.join(", ", StorageKind.texts()))
            .doc("Where map outputs live. 'executor': on the disk of the executor that wrote them; when it is lost they"
                    + " are computed again. 'shared': in the folder quiver.shuffle.storage.dir, forced to its disk when"
                    + " a map task commits; they outlive executors, and every map task costs two files.");
    public static final ConfigKey<String> DIR = ConfigKey.text("shuffle.storage.dir", "")
            .check(value -> value.isBlank() || Path.of(value.strip()).isAbsolute(), "be an absolute path")
            .doc("The folder for shared map outputs, under the same path on every executor and on the driver. The"
                    + " application makes a private folder of its own there and removes it.");
    public static final ConfigKey<Bytes> INDEX_CACHE = ConfigKey.bytes("shuffle.storage.indexCache", Bytes.mebi(64))
            .doc("Most bytes of indexes of shared map outputs an executor remembers, about 12 for each map task and"
                    + " reduce partition and 24 for each chunk. Less means that indexes are read again.");

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(STORAGE, DIR, INDEX_CACHE);
    }

    /**
     * The settings of a session.
     *
     * @throws UsageException when a folder is needed and none is named
     */
    public static StorageSettings of(Config config) {
        StorageKind kind = StorageKind.valueOf(config.get(STORAGE).toUpperCase(Locale.ROOT));
        String dir = config.get(DIR).strip();
        if (kind == StorageKind.SHARED && dir.isEmpty()) {
            throw new UsageException(STORAGE + "=" + kind.text() + " needs a folder that every executor reaches; name"
                    + " it with " + DIR);
        }
        Path parent = kind == StorageKind.SHARED ? Path.of(dir) : null;
        return new StorageSettings(kind, parent, config.get(INDEX_CACHE).value());
    }

    /** The folder of one application, the same for its driver and its executors. Only where there is a parent. */
    public Path folder(String application) {
        return parent.resolve("quiver-shuffle-" + application);
    }
}
