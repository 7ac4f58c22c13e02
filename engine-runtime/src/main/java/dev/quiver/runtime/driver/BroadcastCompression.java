package dev.quiver.runtime.driver;

import dev.quiver.block.broadcast.ChunkCodec;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.ByteFrames;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.compress.CodecChoice;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.time.Clock;
import java.util.List;

/**
 * Compresses chunks of broadcast values where the way to executors is slower than the codec, by the same measurements as
 * the exchange. Safe for many threads.
 */
final class BroadcastCompression implements ChunkCodec {
    static final ConfigKey<String> COMPRESS = ConfigKey.text("broadcast.compress", CompressionMode.AUTO.text())
            .check(CompressionMode.texts()::contains, "be one of " + String.join(", ", CompressionMode.texts()))
            .doc("Compression of broadcast values: auto where the way to executors is slower than the codec, which is"
                    + " never on one host; none; lz4 or zstd, whatever shrinks by it.");

    private static final int SHORTEST = 1 << 12;

    private final CodecChoice choice;
    private final LinkSpeed link;
    private final Clock clock;

    /** @param link to the executors */
    BroadcastCompression(Config config, LinkSpeed link, Clock clock) {
        CompressionMode mode = CompressionMode.parse(config.get(COMPRESS));
        BodyCodec zstd = BodyCodec.zstd(ShuffleSettings.of(config).compression().zstdLevel());
        this.choice = new CodecChoice(
                switch (mode) {
                    case AUTO -> List.of(BodyCodec.LZ4, zstd);
                    case NONE -> List.of();
                    case LZ4 -> List.of(BodyCodec.LZ4);
                    case ZSTD -> List.of(zstd);
                });
        this.link = mode == CompressionMode.AUTO ? link : () -> 1;
        this.clock = clock;
    }

    @Override
    public Packed pack(byte[] plain, int length) {
        double speed = link.bytesPerSecond();
        if (length < SHORTEST || speed == Double.POSITIVE_INFINITY) {
            return NONE.pack(plain, length);
        }
        BodyCodec codec = choice.next(speed).codec();
        if (!codec.equals(BodyCodec.NONE) && !codec.isAvailable()) {
            choice.exclude(codec);
            return pack(plain, length);
        }
        if (codec.equals(BodyCodec.NONE)) {
            return NONE.pack(plain, length);
        }
        long start = clock.nanoTime();
        byte[] packed = ByteFrames.compress(plain, length, codec);
        choice.measured(codec, length, packed.length, clock.nanoTime() - start);
        return packed.length < length ? new Packed(codec.method(), packed) : NONE.pack(plain, length);
    }
}
