package dev.quiver.shuffle.reader;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.shuffle.ShuffleSettings;
import java.util.List;

/**
 * How small reduce partitions are fetched together.
 *
 * @param enabled    whether they are
 * @param mostBytes  most bytes of one answer
 * @param totalBytes most bytes that all answers asked for by the tasks of one stage attempt may have together
 */
public record ReadAheadSettings(boolean enabled, int mostBytes, long totalBytes) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("shuffle.read.coalesce.enabled", true)
            .doc("Whether an executor fetches small reduce partitions together that its tasks will read one after the"
                    + " other. Partitions stay what they are; only requests become fewer.");
    public static final ConfigKey<Bytes> COALESCE_BYTES = ConfigKey.bytes("shuffle.read.coalesceBytes", Bytes.mebi(4))
            .check(size -> size.value() >= 1024 && size.value() <= 1 << 28, "be between 1k and 256m")
            .doc("Most bytes of reduce partitions fetched together from one executor. A partition counts as small up to"
                    + " an eighth of it. An executor may hold this much for each executor it reads from, but no more"
                    + " than shuffle.fetch.window in all.");

    /** Every partition is asked for by itself. */
    public static final ReadAheadSettings OFF = new ReadAheadSettings(false, 1, 1);

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(ENABLED, COALESCE_BYTES);
    }

    /** The settings of a session. */
    public static ReadAheadSettings of(Config config) {
        return new ReadAheadSettings(
                config.get(ENABLED),
                Math.toIntExact(config.get(COALESCE_BYTES).value()),
                config.get(ShuffleSettings.FETCH_WINDOW).value());
    }
}
