package dev.quiver.scheduler;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;

/**
 * When a partition counts as skewed, and is computed in slices where that can be done.
 *
 * @param enabled        whether there are slices at all
 * @param factor         how many times the median partition it must read
 * @param thresholdBytes how much it must read at least
 */
public record SkewSettings(boolean enabled, double factor, long thresholdBytes) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("shuffle.skew.enabled", true)
            .doc("Whether a partition far larger than the others is read in slices by several tasks, where the rows of"
                    + " a partition can be told apart: explain() says where.");
    public static final ConfigKey<Double> FACTOR = ConfigKey.decimal("shuffle.skew.factor", 5)
            .check(value -> value >= 1, "be at least 1")
            .doc("How many times the median partition of a shuffle a partition must read to be skewed.");
    public static final ConfigKey<Bytes> THRESHOLD = ConfigKey.bytes("shuffle.skew.thresholdBytes", Bytes.mebi(64))
            .check(size -> size.value() >= 1, "be at least 1")
            .doc("Bytes a partition must read at least to be skewed. A slice reads a fourth of this or more.");

    /** What the keys say when nobody sets them. */
    public static final SkewSettings DEFAULTS = new SkewSettings(true, 5, 64 << 20);

    static List<ConfigKey<?>> keys() {
        return List.of(ENABLED, FACTOR, THRESHOLD);
    }

    static SkewSettings of(Config config) {
        return new SkewSettings(
                config.get(ENABLED), config.get(FACTOR), config.get(THRESHOLD).value());
    }
}
