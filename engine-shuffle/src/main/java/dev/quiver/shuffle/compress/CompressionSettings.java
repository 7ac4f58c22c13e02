package dev.quiver.shuffle.compress;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;

/**
 * How an executor compresses.
 *
 * @param exchange    of chunks that other tasks read
 * @param spill       of rows that leave memory and come back
 * @param zstdLevel   of Zstandard, 1 to 19
 * @param assumedLink bytes per second that a reading task is assumed to get from other hosts before that was measured
 */
public record CompressionSettings(CompressionMode exchange, CompressionMode spill, int zstdLevel, long assumedLink) {
    public static final ConfigKey<String> COMPRESS = compressionKey("shuffle.compress")
            .doc("How chunks that go to files are compressed. auto: not at all for readers on the same host; for"
                    + " others, with whatever makes it shorter to compress, send and restore a chunk than to send"
                    + " it, by what is measured as the job runs. lz4 and zstd: whatever shrinks. none: nothing.");
    public static final ConfigKey<String> SPILL_COMPRESS = compressionKey("shuffle.spill.compress")
            .doc("How rows are compressed that leave memory for a local disk. auto: with whatever makes that"
                    + " shorter, and not at all where the system's cache takes what is written.");
    public static final ConfigKey<Integer> ZSTD_LEVEL = ConfigKey.integer("shuffle.compress.zstdLevel", 1)
            .check(level -> level >= 1 && level <= 19, "be between 1 and 19")
            .doc("Level of Zstandard. Higher is smaller and slower: 3 takes up to half as long again as 1.");
    public static final ConfigKey<Bytes> ASSUMED_LINK = ConfigKey.bytes("shuffle.compress.assumedLink", Bytes.mebi(128))
            .check(speed -> speed.value() >= 1, "be at least 1")
            .doc("Bytes a second that one reading task is assumed to get from other hosts until that was measured:"
                    + " 128m is a link of 10 Gbit/s that nine tasks share, or one of 1 Gbit/s. Matters to"
                    + " compression by auto.");

    private static ConfigKey<String> compressionKey(String suffix) {
        List<String> modes = CompressionMode.texts();
        return ConfigKey.text(suffix, CompressionMode.AUTO.text())
                .check(modes::contains, "be one of " + String.join(", ", modes));
    }

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(COMPRESS, SPILL_COMPRESS, ZSTD_LEVEL, ASSUMED_LINK);
    }

    /** The settings of a session. */
    public static CompressionSettings of(Config config) {
        return new CompressionSettings(
                CompressionMode.parse(config.get(COMPRESS)),
                CompressionMode.parse(config.get(SPILL_COMPRESS)),
                config.get(ZSTD_LEVEL),
                config.get(ASSUMED_LINK).value());
    }
}
