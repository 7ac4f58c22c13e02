package dev.quiver.block.broadcast;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.CorruptBlock;
import dev.quiver.block.Pause;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the chunks of one value to this executor, which passes each on as soon as it is here. Belongs to the thread that
 * loads the value.
 */
final class ChunkCollection {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkCollection.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    /** Without a chunk in all this time, something is wrong that waiting does not mend. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private final BroadcastId broadcast;
    private final BroadcastManifest manifest;
    private final BlockManager blocks;
    private final BroadcastGuide guide;
    private final BlockSettings settings;
    private final Pause pause;
    private final BitSet held = new BitSet();
    private Duration waited = Duration.ZERO;

    /** How often each chunk was missed at each process; only at the driver more than once. */
    private final Map<BroadcastGuide.Missed, Integer> failures = new HashMap<>();

    ChunkCollection(
            BroadcastId broadcast,
            BroadcastManifest manifest,
            BlockManager blocks,
            BroadcastGuide guide,
            BlockSettings settings,
            Pause pause) {
        this.broadcast = broadcast;
        this.manifest = manifest;
        this.blocks = blocks;
        this.guide = guide;
        this.settings = settings;
        this.pause = pause;
    }

    /** Fetches what is missing here. */
    void complete() throws IOException, InterruptedException {
        int count = manifest.chunks().size();
        boolean fetched = false;
        for (int chunk = 0; chunk < count; chunk++) {
            held.set(chunk, here(chunk).isPresent());
        }
        while (held.cardinality() < count) {
            fetched = true;
            fetchAnother();
        }
        if (fetched) {
            tellThatAllIsHere();
        }
    }

    private void fetchAnother() throws IOException, InterruptedException {
        Optional<BroadcastGuide.Missed> missed = Optional.empty();
        while (true) {
            ChunkAdvice advice = guide.next(broadcast, held, missed);
            missed = Optional.empty();
            if (advice instanceof ChunkAdvice.Fetch fetch) {
                if (fetched(fetch)) {
                    waited = Duration.ZERO;
                    return;
                }
                missed = Optional.of(new BroadcastGuide.Missed(fetch.chunk(), fetch.from()));
            } else if (advice instanceof ChunkAdvice.Wait) {
                await();
            } else if (advice instanceof ChunkAdvice.Gone gone) {
                throw new UsageException(gone.why());
            } else {
                throw new IOException("the driver sends nothing although " + held.cardinality() + " of "
                        + manifest.chunks().size() + " chunks are here");
            }
        }
    }

    private boolean fetched(ChunkAdvice.Fetch fetch) throws IOException, InterruptedException {
        String problem;
        try {
            problem = fetch(fetch.chunk(), fetch.from());
        } catch (InterruptedIOException stopped) {
            throw stopped;
        } catch (IOException failed) {
            problem = String.valueOf(failed.getMessage());
        }
        if (problem == null) {
            return true;
        }
        LOG.info(
                "Chunk {} of broadcast {} cannot be used as it is on {}: {}",
                fetch.chunk(),
                broadcast,
                fetch.from(),
                problem);
        int tries = failures.merge(new BroadcastGuide.Missed(fetch.chunk(), fetch.from()), 1, Integer::sum);
        if (tries >= settings.fetchAttempts()) {
            throw new QuiverException("Cannot fetch broadcast " + broadcast + ": chunk " + fetch.chunk() + " of "
                    + manifest.chunks().size() + " could not be had in " + tries + " tries ("
                    + BlockSettings.FETCH_ATTEMPTS.name() + ") from " + fetch.from() + ": " + problem
                    + ". The task fails and is tried again; see the log of that process.");
        }
        if (tries > 1) {
            pause.pause(settings.fetchRetryWait().multipliedBy(tries - 1L));
        }
        return false;
    }

    /** What went wrong; null when the chunk is here. */
    private String fetch(int chunk, ExecutorId from) throws IOException {
        BlockId block = new BlockId.BroadcastChunk(broadcast, chunk);
        Optional<byte[]> stored = blocks.fetchBlobOnce(from, block);
        if (stored.isEmpty()) {
            return "it is not there any more";
        }
        if (!manifest.chunks().get(chunk).matches(stored.get())) {
            return "it is damaged there";
        }
        blocks.putBlob(block, stored.get());
        held.set(chunk);
        return null;
    }

    private void await() throws InterruptedException {
        Duration next = waited.isZero() ? FIRST_PAUSE : waited;
        next = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
        waited = waited.plus(next);
        if (waited.compareTo(LONGEST_WAIT) > 0) {
            throw new QuiverException("Cannot fetch broadcast " + broadcast + ": no chunk came in "
                    + LONGEST_WAIT.toSeconds() + " s, " + held.cardinality() + " of "
                    + manifest.chunks().size() + " are here. The task fails and is tried again.");
        }
        pause.pause(next);
    }

    /** Others will ask here; if they are not told, they ask the driver. */
    private void tellThatAllIsHere() {
        try {
            guide.next(broadcast, held, Optional.empty());
        } catch (IOException unreachable) {
            LOG.debug("The driver was not told that broadcast {} is here.", broadcast, unreachable);
        }
    }

    /** The plain bytes of a chunk; one that was damaged meanwhile is fetched again. */
    byte[] plain(int chunk) throws IOException {
        Optional<byte[]> stored = here(chunk);
        try {
            while (stored.isEmpty()) {
                held.clear(chunk);
                complete();
                stored = here(chunk);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while reading broadcast " + broadcast);
        }
        return manifest.chunks().get(chunk).plain(stored.get());
    }

    /** The chunk as it is kept here, if it is here and what was written. */
    private Optional<byte[]> here(int chunk) throws IOException {
        BlockId block = new BlockId.BroadcastChunk(broadcast, chunk);
        try {
            Optional<byte[]> stored = blocks.localBlob(block);
            if (stored.isEmpty() || manifest.chunks().get(chunk).matches(stored.get())) {
                return stored;
            }
            LOG.warn("Chunk {} of broadcast {} was damaged in memory; it is fetched again.", chunk, broadcast);
            blocks.remove(block);
        } catch (CorruptBlock damaged) {
            LOG.warn("A chunk of broadcast {} was damaged on disk; it is fetched again.", broadcast, damaged);
        }
        return Optional.empty();
    }
}
