package dev.quiver.block.broadcast;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;

/**
 * How broadcast values are cut up.
 *
 * @param chunkBytes of the serialized value, before compression
 */
public record BroadcastSettings(int chunkBytes) {
    public static final ConfigKey<Bytes> BLOCK_SIZE = ConfigKey.bytes("broadcast.blockSize", Bytes.mebi(4))
            .check(value -> value.value() >= 1024 && value.value() <= 1 << 29, "be from 1k to 512m")
            .doc("Size of the chunks in which executors fetch a broadcast value from the driver and from one another."
                    + " Smaller spreads a value over many executors sooner and costs more messages.");

    /** Every key of this class. */
    public static List<ConfigKey<?>> keys() {
        return List.of(BLOCK_SIZE);
    }

    /** The settings of a session. */
    public static BroadcastSettings of(Config config) {
        return new BroadcastSettings(Math.toIntExact(config.get(BLOCK_SIZE).value()));
    }
}
