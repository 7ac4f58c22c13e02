package dev.quiver.shuffle.compress;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.id.ShuffleId;
import dev.quiver.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one executor compresses what it writes. Safe for many threads. */
public final class Compression {
    private static final Logger LOG = LoggerFactory.getLogger(Compression.class);

    private final CompressionSettings settings;
    private final LinkSpeed link;
    private final Clock clock;
    private final CompressionTotals totals = new CompressionTotals();
    private final AtomicBoolean warned = new AtomicBoolean();

    /** @param link to those who read what this executor writes */
    public Compression(CompressionSettings settings, LinkSpeed link, Clock clock) {
        this.settings = settings;
        this.link = link;
        this.clock = clock;
    }

    /** For the chunks of one shuffle. */
    public ChunkEncoder forShuffle(ShuffleId shuffle, ArrowBatches arrow) {
        return encoder("shuffle=" + shuffle, settings.exchange(), link, arrow);
    }

    /**
     * For rows that one operator moves to disk and reads back.
     *
     * @param what for the log: {@code stage=5.1 spill=aggregate}
     * @param disk how fast the disk is: {@link LinkSpeed#sameHost} where the page cache takes what is written
     */
    public ChunkEncoder forSpill(String what, LinkSpeed disk, ArrowBatches arrow) {
        return encoder(what, settings.spill(), disk, arrow);
    }

    /** For a checkpoint, which goes to a disk that is assumed to be as fast as a link to another host. */
    public ChunkEncoder forCheckpoint(String what, CompressionMode mode, ArrowBatches arrow) {
        return encoder(what, mode, settings::assumedLink, arrow);
    }

    /** What was written so far. */
    public CompressionTotals totals() {
        return totals;
    }

    private ChunkEncoder encoder(String what, CompressionMode mode, LinkSpeed to, ArrowBatches arrow) {
        CodecChoice choice = new CodecChoice(candidates(mode));
        LinkSpeed speed = switch (mode) {
            case AUTO -> to;
            case NONE -> LinkSpeed.sameHost();
            case LZ4, ZSTD -> () -> CodecChoice.WHATEVER_SHRINKS;
        };
        return new ChunkEncoder(what, arrow, choice, speed, clock::nanoTime, totals, this::onUnavailable);
    }

    private List<BodyCodec> candidates(CompressionMode mode) {
        BodyCodec zstd = BodyCodec.zstd(settings.zstdLevel());
        return switch (mode) {
            case AUTO -> List.of(BodyCodec.LZ4, zstd);
            case NONE -> List.of();
            case LZ4 -> List.of(BodyCodec.LZ4);
            case ZSTD -> List.of(zstd);
        };
    }

    private void onUnavailable(BodyCodec codec) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "The native library of {} cannot be loaded: the folder java.io.tmpdir must be writable and allow to"
                            + " execute files. Chunks are written without it.",
                    codec);
        }
    }
}
