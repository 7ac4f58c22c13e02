package dev.quiver.exec.pipeline;

import dev.quiver.exec.spill.KeyParts;

/** What an operator that works by key does with the pairs of one part. */
interface PartWork {
    /**
     * Reads all pairs of a part.
     *
     * @param rows  of all pairs there are, or of those that were put aside and are a part now
     * @param first whether they are all there are
     * @param parts gives memory, and takes the pairs when it refuses
     * @return the result, which needs the memory until its end; or null when the pairs were put aside
     */
    Cursor of(Cursor rows, boolean first, KeyParts parts) throws Exception;

    /** Whether results may come as batches. */
    boolean givesBatches();
}
