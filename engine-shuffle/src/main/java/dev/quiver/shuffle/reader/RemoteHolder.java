package dev.quiver.shuffle.reader;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.CorruptBatch;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.wire.ChunkEvent;
import dev.quiver.shuffle.wire.ChunkStreamDecoder;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.zip.CRC32C;

/**
 * The fetch of one reduce partition from one other executor. Belongs to the reading task's thread.
 *
 * <pre>
 *             start             END frame, all rows counted
 *   Waiting ---------> Fetching ---------------------------> Done
 *                      ^      | broken, cut, silent
 *                      |      v
 *             retry due Pausing ---- too often without progress ---> FetchFailure
 * </pre>
 *
 * A retry resumes behind the last chunk that arrived whole, so that no row is delivered twice. It asks the holder to
 * check its copy first: a chunk that fails its checksum here is then either damaged there, on its disk, or on the way.
 */
final class RemoteHolder {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final ExecutorId executor;
    private final ShuffleId shuffle;
    private final int reducePartition;
    private final WantedVersions wanted;
    private final DeliveryCheck check;
    private final Links links;
    private ChunkStreamDecoder decoder;
    private ChunkFetcher.Fetch running;
    private Runnable silenceTimer = () -> {};
    private Runnable retryTimer = () -> {};
    private int fetch;
    private int failures;
    private int nextChunk;
    private int chunksInFetch;
    private int damagedChunk = -1;
    private int lostWithDamage = -1;
    private boolean verify;
    private long receivedBytes;
    private boolean done;

    /** What all holders of one reader share. */
    record Links(
            ArrowBatches codec,
            ChunkFetcher fetcher,
            RetryTimer timer,
            DoubleSupplier random,
            ShuffleSettings settings,
            TaskCounters counters,
            int window,
            Consumer<ReaderEvent> post,
            Consumer<ColumnBatch> rows) {}

    RemoteHolder(ExecutorId executor, ShuffleId shuffle, int reducePartition, WantedVersions wanted, Links links) {
        this.executor = executor;
        this.shuffle = shuffle;
        this.reducePartition = reducePartition;
        this.wanted = wanted;
        this.links = links;
        this.check = new DeliveryCheck(shuffle, reducePartition, executor, wanted);
    }

    boolean isDone() {
        return done;
    }

    /** Sends the request for what is still missing. */
    void start() {
        int number = ++fetch;
        decoder = new ChunkStreamDecoder();
        chunksInFetch = 0;
        FetchRequest request = new FetchRequest(shuffle, reducePartition, nextChunk, verify, wanted);
        watchSilence();
        ChunkFetcher.Listener listener = new ChunkFetcher.Listener() {
            @Override
            public void onBytes(ChunkFetcher.Piece piece) {
                links.post.accept(new ReaderEvent.Arrived(RemoteHolder.this, number, piece));
            }

            @Override
            public void onEnd() {
                links.post.accept(new ReaderEvent.Ended(RemoteHolder.this, number));
            }

            @Override
            public void onError(IOException cause) {
                links.post.accept(new ReaderEvent.Broken(RemoteHolder.this, number, cause));
            }
        };
        running = links.fetcher.fetch(executor, ByteBuffer.wrap(request.encode()), listener, links.window);
    }

    /** Stops whatever is under way. Harmless when nothing is. */
    void cancel(String reason) {
        fetch++;
        silenceTimer.run();
        retryTimer.run();
        if (running != null && !done) {
            running.cancel(reason);
        }
        running = null;
    }

    /** Takes news, unless it is of a fetch that was given up. */
    void handle(ReaderEvent event) throws FetchFailure {
        boolean current = event.fetch() == fetch && !done;
        if (event instanceof ReaderEvent.Arrived arrived) {
            try (ChunkFetcher.Piece piece = arrived.piece()) {
                if (current) {
                    onBytes(piece.bytes());
                }
            }
        } else if (!current) {
            return;
        } else if (event instanceof ReaderEvent.Ended) {
            onBroken(new IOException("its answer ended before it was complete"));
        } else if (event instanceof ReaderEvent.Broken broken) {
            onBroken(broken.cause());
        } else if (event instanceof ReaderEvent.RetryDue) {
            start();
        } else if (event instanceof ReaderEvent.SilenceDue silence) {
            if (silence.receivedBytes() != receivedBytes) {
                watchSilence();
            } else {
                onBroken(new IOException("it sent nothing for " + links.settings.fetchTimeout()));
            }
        }
    }

    private void onBytes(ByteBuffer bytes) throws FetchFailure {
        receivedBytes += bytes.remaining();
        MalformedMessage malformed = null;
        try {
            decoder.feed(bytes);
        } catch (MalformedMessage notAChunkStream) {
            malformed = notAChunkStream;
        }
        // Chunks before the damage arrived whole, and count.
        int number = fetch;
        for (ChunkEvent event = decoder.poll(); event != null && number == fetch && !done; event = decoder.poll()) {
            onEvent(event);
        }
        if (malformed != null && number == fetch && !done) {
            onBroken(new IOException(malformed.getMessage(), malformed));
        }
    }

    private void onEvent(ChunkEvent event) throws FetchFailure {
        if (event instanceof ChunkEvent.Known known) {
            check.known(known.versions(), known.rows());
        } else if (event instanceof ChunkEvent.Fetched chunk) {
            onChunk(chunk);
        } else if (event instanceof ChunkEvent.Damaged damaged) {
            throw check.failure(
                    damaged.number() == damagedChunk ? lostWithDamage : -1,
                    "the holder's disk damaged chunk " + damaged.number() + ": " + damaged.message(),
                    null);
        } else if (event instanceof ChunkEvent.End end) {
            if (end.chunks() != chunksInFetch) {
                onBroken(new IOException("it sent " + end.chunks() + " chunks and " + chunksInFetch + " arrived"));
                return;
            }
            check.complete();
            done = true;
            silenceTimer.run();
            running = null;
        }
    }

    private void onChunk(ChunkEvent.Fetched chunk) throws FetchFailure {
        if (chunk.number() < nextChunk) {
            onBroken(new IOException("it sent chunk " + chunk.number() + " again"));
            return;
        }
        CRC32C crc = new CRC32C();
        crc.update(chunk.message());
        if ((int) crc.getValue() != chunk.crc()) {
            onDamaged(chunk);
            return;
        }
        ColumnBatch batch;
        try {
            batch = links.codec.decode(chunk.schema(), ByteBuffer.wrap(chunk.message()));
        } catch (CorruptBatch bug) {
            throw check.failure(
                    check.lost(chunk.sources()),
                    "chunk " + chunk.number()
                            + " passes its checksum and is no batch of rows, which is a bug of the engine",
                    bug);
        }
        if (batch.rows() != chunk.sources().totalRows()) {
            throw check.failure(
                    check.lost(chunk.sources()),
                    "chunk " + chunk.number() + " has " + batch.rows() + " rows where its sources have "
                            + chunk.sources().totalRows(),
                    null);
        }
        check.delivered(chunk.sources());
        nextChunk = chunk.number() + 1;
        chunksInFetch++;
        failures = 0;
        long rows = 0;
        for (ColumnBatch selected : chunk.sources().select(batch, wanted)) {
            rows += selected.rows();
            links.rows.accept(selected);
        }
        links.counters.shuffleRead(rows, chunk.message().length);
    }

    private void onDamaged(ChunkEvent.Fetched chunk) throws FetchFailure {
        if (damagedChunk == chunk.number()) {
            throw check.failure(
                    check.lost(chunk.sources()),
                    "chunk " + chunk.number() + " arrived damaged twice, while"
                            + " the holder's copy is whole: the network between the two executors damages data",
                    null);
        }
        cancel("chunk " + chunk.number() + " arrived damaged");
        damagedChunk = chunk.number();
        lostWithDamage = check.lost(chunk.sources());
        verify = true;
        start();
    }

    private void onBroken(IOException cause) throws FetchFailure {
        cancel("the answer is broken: " + cause.getMessage());
        int retries = links.settings.maxRetries();
        if (failures >= retries) {
            throw check.failure(
                    -1,
                    cause.getMessage() + ", in " + (retries + 1) + " of " + (retries + 1)
                            + " tries. If this repeats, see that executor's log, or raise "
                            + ShuffleSettings.MAX_RETRIES
                            + " (now " + retries + ") or " + ShuffleSettings.RETRY_WAIT + " (now "
                            + ShuffleSettings.RETRY_WAIT.print(links.settings.retryWait()) + ")",
                    cause);
        }
        verify = true;
        int number = fetch;
        retryTimer =
                links.timer.after(pause(failures++), () -> links.post.accept(new ReaderEvent.RetryDue(this, number)));
    }

    /** Doubles with every failure, varies by half either way, and never exceeds a minute. */
    private Duration pause(int earlierFailures) {
        double nanos = links.settings.retryWait().toNanos() * Math.pow(2, Math.min(30, earlierFailures));
        double varied = nanos * (0.5 + links.random.getAsDouble());
        return Duration.ofNanos((long) Math.min(varied, LONGEST_PAUSE.toNanos()));
    }

    private void watchSilence() {
        long received = receivedBytes;
        int number = fetch;
        silenceTimer = links.timer.after(
                links.settings.fetchTimeout(),
                () -> links.post.accept(new ReaderEvent.SilenceDue(this, number, received)));
    }
}
