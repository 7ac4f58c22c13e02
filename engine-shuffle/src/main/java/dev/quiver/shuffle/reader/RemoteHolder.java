package dev.quiver.shuffle.reader;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.format.ReadBuffers;
import dev.quiver.shuffle.wire.ChunkEvent;
import dev.quiver.shuffle.wire.ChunkStreamDecoder;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntPredicate;

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
 *
 * <p>A holder on the same host says where its chunks are, and {@link #advance} reads them from its files; meanwhile what
 * arrives from it waits, within the window. The fetch stays open until the last is read, so that the holder keeps the
 * files. When one of them cannot be read here, or is damaged, the rest is fetched as from any other host.
 */
final class RemoteHolder {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final ExecutorId executor;
    private final ShuffleId shuffle;
    private final int reducePartition;
    private final WantedVersions wanted;
    private final AheadHolder ahead;
    private final DeliveryCheck check;
    private final Links links;
    private final ChunkIntake intake;
    private final HolderFiles files;
    private final ArrayDeque<ChunkEvent> upcoming = new ArrayDeque<>();
    private final ArrayDeque<ChunkFetcher.Piece> parked = new ArrayDeque<>();
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
    private boolean readsFiles = true;
    private boolean leased;
    private boolean onThisHost;
    private boolean triedAhead;
    private long receivedBytes;
    private boolean done;

    /**
     * What all holders of one reader share.
     *
     * @param mayBeEmpty as {@link DeliveryCheck} has it
     */
    record Links(
            ArrowBatches codec,
            ChunkFetcher fetcher,
            RetryTimer timer,
            DoubleSupplier random,
            ShuffleSettings settings,
            TaskCounters counters,
            SameHost sameHost,
            ReadBuffer room,
            int window,
            Consumer<ReaderEvent> post,
            ChunkIntake.Rows rows,
            IntPredicate mayBeEmpty) {}

    /** @param ahead where the answer may be already, or null */
    RemoteHolder(
            ExecutorId executor,
            ShuffleId shuffle,
            int reducePartition,
            WantedVersions wanted,
            AheadHolder ahead,
            Links links) {
        this.executor = executor;
        this.shuffle = shuffle;
        this.reducePartition = reducePartition;
        this.wanted = wanted;
        this.ahead = ahead;
        this.links = links;
        this.check = new DeliveryCheck(shuffle, reducePartition, executor, wanted, links.mayBeEmpty);
        this.intake = new ChunkIntake(links.codec, wanted, check, links.counters, links.rows);
        this.files = new HolderFiles(links.sameHost.disk(), links.room);
    }

    ExecutorId executor() {
        return executor;
    }

    WantedVersions wanted() {
        return wanted;
    }

    boolean isDone() {
        return done;
    }

    /** Whether it has said that it is on this host: what it sends tells nothing about the link to others. */
    boolean isOnThisHost() {
        return onThisHost;
    }

    /** Takes what came ahead, or sends the request for what is still missing. */
    void start() {
        int number = ++fetch;
        decoder = new ChunkStreamDecoder();
        chunksInFetch = 0;
        leased = false;
        boolean first = !triedAhead;
        triedAhead = true;
        if (first
                && ahead != null
                && ahead.take(
                        reducePartition,
                        stream -> links.post.accept(new ReaderEvent.CameAhead(this, number, stream)))) {
            watchSilence();
            return;
        }
        FetchRequest request = new FetchRequest(
                shuffle, reducePartition, nextChunk, verify, readsFiles ? links.sameHost.host() : "", wanted);
        watchSilence();
        links.counters.fetchRequest();
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
        if (running != null) {
            running.cancel(reason);
        }
        running = null;
        upcoming.clear();
        parked.forEach(ChunkFetcher.Piece::close);
        parked.clear();
        files.close();
    }

    /** Takes news, unless it is of a fetch that was given up. */
    void handle(ReaderEvent event) throws FetchFailure {
        boolean current = event.fetch() == fetch && !done;
        if (event instanceof ReaderEvent.Arrived arrived) {
            onArrived(arrived.piece(), current);
        } else if (!current) {
            return;
        } else if (event instanceof ReaderEvent.CameAhead came) {
            onCameAhead(came.stream());
        } else if (event instanceof ReaderEvent.Ended) {
            onBroken(new IOException("its answer ended before it was complete"));
        } else if (event instanceof ReaderEvent.Broken broken) {
            onBroken(broken.cause());
        } else if (event instanceof ReaderEvent.RetryDue) {
            start();
        } else if (event instanceof ReaderEvent.SilenceDue silence) {
            if (silence.receivedBytes() != receivedBytes || hasFilesToRead()) {
                watchSilence();
            } else {
                if (running != null) {
                    running.distrust();
                }
                onBroken(new IOException("it sent nothing for " + links.settings.fetchTimeout()));
            }
        }
    }

    /** Whether the next chunks are to be read from files; then {@link #advance} is called. */
    boolean hasFilesToRead() {
        return upcoming.peek() instanceof ChunkEvent.Located;
    }

    /** Reads the next chunks from their file, and takes what arrived behind them. Has files to read. */
    void advance() throws FetchFailure, IOException {
        LocatedRun run = LocatedRun.takeFrom(upcoming, Math.min(ReadBuffers.BYTES, links.window));
        ByteBuffer bytes;
        try {
            bytes = files.read(run.file(), run.offset(), run.length());
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException unreadable) {
            sendInstead("a file of the holder cannot be read here: " + unreadable);
            return;
        }
        int number = fetch;
        for (ChunkEvent.Located chunk : run.chunks()) {
            int from = Math.toIntExact(chunk.offset() - run.offset());
            onChunk(chunk.number(), chunk.schema(), chunk.crc(), chunk.sources(), bytes.slice(from, chunk.length()));
            if (number != fetch) {
                return;
            }
        }
        handleUpcoming();
        while (number == fetch && !hasFilesToRead() && !parked.isEmpty()) {
            onArrived(parked.poll(), true);
        }
    }

    /** What is left is fetched as from another host. No failure: the holder had no part in it. */
    private void sendInstead(String why) {
        cancel(why);
        readsFiles = false;
        verify = true;
        start();
    }

    private void onArrived(ChunkFetcher.Piece piece, boolean current) throws FetchFailure {
        if (current && hasFilesToRead()) {
            parked.add(piece);
            return;
        }
        try (piece) {
            if (current) {
                onBytes(piece.bytes());
            }
        }
    }

    private void onCameAhead(byte[] stream) throws FetchFailure {
        if (stream == null) {
            silenceTimer.run();
            start();
            return;
        }
        int number = fetch;
        links.counters.fetchedAhead();
        onBytes(ByteBuffer.wrap(stream));
        if (number == fetch && !done) {
            onBroken(new IOException("what was read ahead of it is incomplete"));
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
        for (ChunkEvent event = decoder.poll(); event != null; event = decoder.poll()) {
            leased |= event instanceof ChunkEvent.Located;
            upcoming.add(event);
        }
        // Chunks before the damage arrived whole, and count.
        int number = fetch;
        handleUpcoming();
        if (malformed != null && number == fetch && !done) {
            onBroken(new IOException(malformed.getMessage(), malformed));
        }
    }

    /** Handles what was decoded, up to a chunk that is to be read from a file. */
    private void handleUpcoming() throws FetchFailure {
        int number = fetch;
        while (number == fetch && !done && !hasFilesToRead() && !upcoming.isEmpty()) {
            onEvent(upcoming.poll());
        }
    }

    private void onEvent(ChunkEvent event) throws FetchFailure {
        if (event instanceof ChunkEvent.Known known) {
            onThisHost |= known.sameHost();
            check.known(known.versions(), known.rows());
        } else if (event instanceof ChunkEvent.Fetched chunk) {
            onChunk(chunk.number(), chunk.schema(), chunk.crc(), chunk.sources(), ByteBuffer.wrap(chunk.message()));
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
            if (leased) {
                cancel("everything was read");
            }
            running = null;
        }
    }

    private void onChunk(int number, byte[] schema, int crc, ChunkSources sources, ByteBuffer message)
            throws FetchFailure {
        if (number < nextChunk) {
            onBroken(new IOException("it sent chunk " + number + " again"));
        } else if (intake.take(number, schema, crc, sources, message)) {
            nextChunk = number + 1;
            chunksInFetch++;
            failures = 0;
        } else {
            onDamaged(number, sources);
        }
    }

    private void onDamaged(int number, ChunkSources sources) throws FetchFailure {
        if (damagedChunk == number) {
            throw check.failure(
                    check.lost(sources),
                    "chunk " + number + " arrived damaged twice, while"
                            + " the holder's copy is whole: the network between the two executors damages data",
                    null);
        }
        damagedChunk = number;
        lostWithDamage = check.lost(sources);
        sendInstead("chunk " + number + " arrived damaged");
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
