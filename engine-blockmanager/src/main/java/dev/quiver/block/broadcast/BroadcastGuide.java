package dev.quiver.block.broadcast;

import dev.quiver.UsageException;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** The driver, as an executor that loads a broadcast value asks it. May wait for its answer. Safe for many threads. */
public interface BroadcastGuide {
    /** A chunk that could not be had. */
    record Missed(int chunk, ExecutorId from) {}

    /**
     * What the value is made of.
     *
     * @throws UsageException if the value was destroyed, saying where
     */
    BroadcastManifest manifest(BroadcastId broadcast) throws IOException;

    /**
     * Tells what is here, and asks what to do next.
     *
     * @param held   chunks that others may fetch here from now on
     * @param missed what became of the advice before, if it was no good
     */
    ChunkAdvice next(BroadcastId broadcast, BitSet held, Optional<Missed> missed) throws IOException;
}
