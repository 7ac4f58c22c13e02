package dev.quiver.shuffle.reader;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.shuffle.format.Disk;
import java.util.List;

/**
 * How the files of other executors on this host are read without their help.
 *
 * @param host identity of this host, as other executors know theirs; empty when nothing shall be read so
 * @param disk the file system
 */
public record SameHost(String host, Disk disk) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("shuffle.readHostLocalDisk", true)
            .doc("Whether executors read the shuffle files of others on the same host themselves, instead of having"
                    + " them sent. What cannot be read so is sent. Known on Linux only.");

    /** Everything is sent. */
    public static final SameHost NOBODY = new SameHost("", Disk.system());

    /** Every key this class reads. */
    public static List<ConfigKey<?>> keys() {
        return List.of(ENABLED);
    }

    /**
     * As a session wants it.
     *
     * @param host identity of this host; empty when it is not known
     */
    public static SameHost of(Config config, String host, Disk disk) {
        return config.get(ENABLED) ? new SameHost(host, disk) : NOBODY;
    }
}
