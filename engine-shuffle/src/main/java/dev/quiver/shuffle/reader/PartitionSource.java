package dev.quiver.shuffle.reader;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.ReadBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The rows of one reduce partition, in the order in which they arrive. Fetches run from a few holders at a time; while
 * nothing has arrived, stored chunks are read, and those in files of other executors of this host. Bytes wait in the
 * network's own memory until this thread takes them, and only then may the holder send more: the windows bound what a
 * task holds, plus one unfinished chunk for each fetch, and one buffer for all files.
 */
final class PartitionSource implements BatchSource {
    private static final long KILL_CHECK_MILLIS = 100;

    private final LinkedBlockingQueue<ReaderEvent> events = new LinkedBlockingQueue<>();
    private final ArrayDeque<ColumnBatch> ready = new ArrayDeque<>();
    private final ArrayDeque<RemoteHolder> waiting = new ArrayDeque<>();
    private final List<RemoteHolder> active = new ArrayList<>();
    private final int maxActive;
    private final BooleanSupplier killed;
    private final Runnable onFetchFailure;
    private final ReadBuffer room;
    private final FetchMeter meter;
    private final ArrayDeque<StoredHolder> stored = new ArrayDeque<>();
    private Relocation relocation = Relocation.NONE;
    private long waitedNanos;
    private volatile boolean closed;

    /**
     * @param onFetchFailure told before a fetch failure is thrown
     * @param room           to read files into; transferred
     * @param meter          told what arrives and how long was waited for it
     */
    PartitionSource(int maxActive, BooleanSupplier killed, Runnable onFetchFailure, ReadBuffer room, FetchMeter meter) {
        this.maxActive = maxActive;
        this.killed = killed;
        this.onFetchFailure = onFetchFailure;
        this.room = room;
        this.meter = meter;
    }

    /** Takes news from any thread; news that comes after the close is thrown away. */
    void post(ReaderEvent event) {
        events.add(event);
        if (closed) {
            discardEvents();
        }
    }

    void rows(ColumnBatch batch) {
        ready.add(batch);
    }

    /** Adds what is read through this process's storage; transferred. */
    void add(StoredHolder holder) {
        stored.add(holder);
    }

    /**
     * Begins to fetch.
     *
     * @param places says where to fetch by the time it is another holder's turn
     */
    void start(List<RemoteHolder> others, Relocation places) throws Exception {
        relocation = places;
        waiting.addAll(others);
        startMore();
    }

    @Override
    public ColumnBatch next() throws Exception {
        try {
            return nextReady();
        } catch (FetchFailure failure) {
            onFetchFailure.run();
            throw failure;
        }
    }

    private ColumnBatch nextReady() throws Exception {
        while (true) {
            if (closed) {
                throw new IllegalStateException("the source of a reduce partition is closed");
            }
            if (!ready.isEmpty()) {
                return ready.poll();
            }
            if (killed.getAsBoolean()) {
                throw new TaskKilled();
            }
            ReaderEvent event = events.poll();
            if (event == null && !stored.isEmpty()) {
                stored.peek().advance(this::rows);
                if (stored.peek().isDone()) {
                    stored.remove();
                }
            } else if (event == null && withFiles() != null) {
                RemoteHolder holder = withFiles();
                holder.advance();
                dropIfDone(holder);
            } else if (event == null && active.isEmpty() && waiting.isEmpty()) {
                return null;
            } else if (event == null) {
                long start = meter.nanoTime();
                event = events.poll(KILL_CHECK_MILLIS, TimeUnit.MILLISECONDS);
                waitedNanos += meter.nanoTime() - start;
            }
            if (event != null) {
                int bytes = bytes(event);
                event.holder().handle(event);
                measure(event, bytes);
                dropIfDone(event.holder());
            }
        }
    }

    /** The first holder whose next chunks are to be read from its files, or null. */
    private RemoteHolder withFiles() {
        for (RemoteHolder holder : active) {
            if (holder.hasFilesToRead()) {
                return holder;
            }
        }
        return null;
    }

    private void dropIfDone(RemoteHolder holder) throws Exception {
        if (holder.isDone() && active.remove(holder)) {
            startMore();
        }
    }

    /** Bytes that an event brings, before they are handled. */
    private static int bytes(ReaderEvent event) {
        if (event instanceof ReaderEvent.Arrived arrived) {
            return arrived.piece().bytes().remaining();
        }
        return event instanceof ReaderEvent.CameAhead came && came.stream() != null ? came.stream().length : 0;
    }

    private void measure(ReaderEvent event, int bytes) {
        if (event.holder().isOnThisHost()) {
            // Whoever waited for others meanwhile still does.
            waitedNanos = active.stream().allMatch(RemoteHolder::isOnThisHost) ? 0 : waitedNanos;
        } else if (bytes > 0) {
            meter.arrived(bytes, waitedNanos);
            waitedNanos = 0;
        } else if (!(event instanceof ReaderEvent.Ended)) {
            // A pause before a retry, or silence, tells nothing about how fast bytes come when they do.
            waitedNanos = 0;
        }
    }

    private void startMore() throws Exception {
        while (active.size() < maxActive && !waiting.isEmpty()) {
            for (RemoteHolder next : relocation.current(waiting.poll())) {
                active.add(next);
                next.start();
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        active.forEach(holder -> holder.cancel("the reader is closed"));
        active.clear();
        waiting.clear();
        ready.clear();
        discardEvents();
        stored.forEach(StoredHolder::close);
        stored.clear();
        room.close();
    }

    private void discardEvents() {
        for (ReaderEvent event = events.poll(); event != null; event = events.poll()) {
            if (event instanceof ReaderEvent.Arrived arrived) {
                arrived.piece().close();
            }
        }
    }
}
