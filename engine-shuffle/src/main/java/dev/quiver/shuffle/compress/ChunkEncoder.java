package dev.quiver.shuffle.compress;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.MessageBuffer;
import dev.quiver.exec.column.ColumnBatch;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns chunks of one kind, such as those of one shuffle, into Arrow messages, compressed where that pays. Safe for many
 * threads; none waits for another while it compresses.
 */
public final class ChunkEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkEncoder.class);

    /** Smaller ones are written as they are: what a message costs anyway is most of their cost. */
    static final int SMALLEST_BYTES = 4096;

    private final String what;
    private final ArrowBatches arrow;
    private final CodecChoice choice;
    private final LinkSpeed link;
    private final LongSupplier nanoTime;
    private final CompressionTotals totals;
    private final Consumer<BodyCodec> onUnavailable;

    /**
     * @param what          is written, for the log: {@code shuffle=3}
     * @param onUnavailable told of a codec whose library does not load; chunks are then written without it
     */
    ChunkEncoder(
            String what,
            ArrowBatches arrow,
            CodecChoice choice,
            LinkSpeed link,
            LongSupplier nanoTime,
            CompressionTotals totals,
            Consumer<BodyCodec> onUnavailable) {
        this.what = what;
        this.arrow = arrow;
        this.choice = choice;
        this.link = link;
        this.nanoTime = nanoTime;
        this.totals = totals;
        this.onUnavailable = onUnavailable;
    }

    /**
     * The message of a batch, as {@link ArrowBatches#batchMessage} makes it.
     *
     * @param batch borrowed
     * @throws IllegalArgumentException if it would be 2 GiB or longer
     */
    public byte[] encode(ColumnBatch batch) {
        MessageBuffer message = new MessageBuffer();
        encode(batch, message);
        return message.take();
    }

    /**
     * The same in memory that is used again.
     *
     * @param into borrowed; holds the message then
     */
    public void encode(ColumnBatch batch, MessageBuffer into) {
        BodyCodec codec = choose(batch);
        if (codec.equals(BodyCodec.NONE)) {
            arrow.batchMessage(batch, into);
            totals.add(codec.method(), into.length(), into.length());
            return;
        }
        long start = nanoTime.getAsLong();
        arrow.batchMessage(batch, codec, into);
        long nanos = nanoTime.getAsLong() - start;
        long plainBytes = arrow.bodyBytes(batch);
        choice.measured(codec, plainBytes, into.length(), nanos);
        totals.add(codec.method(), plainBytes, into.length());
    }

    private BodyCodec choose(ColumnBatch batch) {
        double speed = link.bytesPerSecond();
        if (speed == Double.POSITIVE_INFINITY || batch.sizeBytes() < SMALLEST_BYTES) {
            return BodyCodec.NONE;
        }
        while (true) {
            CodecChoice.Decision decision = choice.next(speed);
            if (decision.change() != null) {
                LOG.debug("{} chunks are written with {}", what, decision.change());
            }
            // Loads the library at its first use, so that the time for that is not taken for the codec's.
            if (decision.codec().isAvailable()) {
                return decision.codec();
            }
            choice.exclude(decision.codec());
            onUnavailable.accept(decision.codec());
        }
    }
}
