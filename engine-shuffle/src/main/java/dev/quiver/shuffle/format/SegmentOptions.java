package dev.quiver.shuffle.format;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.id.ExecutorId;
import java.util.List;

/**
 * How an executor writes its segment files.
 *
 * @param application id of the application, for the footers
 * @param executor    who writes, for the footers
 * @param sync        whether a file is forced to the disk before it is published
 * @param maxBytes    size at which a file is sealed and the next one begun
 * @param lanes       files that chunks of one schema are spread over at a time, so that tasks rarely wait for one another
 * @param setting     that chooses the place, for messages
 */
public record SegmentOptions(
        String application, ExecutorId executor, boolean sync, long maxBytes, int lanes, String setting) {
    public static final ConfigKey<Boolean> SYNC = ConfigKey.flag("shuffle.files.sync", false)
            .doc("Whether a finished shuffle file is forced to the disk before it gets its final name. An executor's"
                    + " files die with it, so after a crash of the machine nobody reads them and this only costs time;"
                    + " shuffle storage that outlives executors forces its files to the disk whatever this says.");
    public static final ConfigKey<Bytes> MAX_SIZE = ConfigKey.bytes("shuffle.file.maxSize", Bytes.mebi(1024))
            .check(size -> size.value() >= 1, "be at least 1")
            .doc("Size at which a shuffle file is finished and the next one begun.");

    /** Chooses the place of an executor's own files; declared where working folders are made. */
    public static final String LOCAL_DIR = "quiver.local.dir";

    private static final int LANES = 4;

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(SYNC, MAX_SIZE);
    }

    /** The options of a session. */
    public static SegmentOptions of(Config config, String application, ExecutorId executor) {
        return new SegmentOptions(
                application, executor, config.get(SYNC), config.get(MAX_SIZE).value(), LANES, LOCAL_DIR);
    }

    /**
     * The same for a single task that writes, with files forced to the disk.
     *
     * @param place the setting that chooses where they are
     */
    public SegmentOptions ofOneSyncedTask(ConfigKey<?> place) {
        return new SegmentOptions(application, executor, true, maxBytes, 1, place.name());
    }
}
