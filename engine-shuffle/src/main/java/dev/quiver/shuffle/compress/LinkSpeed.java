package dev.quiver.shuffle.compress;

/** How fast readers get what is written here. A port: who runs the executor knows where its readers are. */
public interface LinkSpeed {
    /**
     * Bytes per second that one reading task gets while it waits for nothing else; infinite when that is faster than any
     * codec. Cheap: asked for every chunk.
     */
    double bytesPerSecond();

    /**
     * For readers in this process or on this host: memory, page cache and loopback are faster than codecs, so nothing is
     * even sampled.
     */
    static LinkSpeed sameHost() {
        return () -> Double.POSITIVE_INFINITY;
    }
}
