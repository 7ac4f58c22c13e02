package dev.quiver.shuffle.compress;

/** Told by readers what arrived from other executors and how long they waited for it. Safe for many threads. */
public interface FetchMeter {
    /** Listens to nobody. */
    FetchMeter NONE = new FetchMeter() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void arrived(long bytes, long waitedNanos) {}
    };

    /** The clock to measure waiting with: nanoseconds since an arbitrary origin. */
    long nanoTime();

    /**
     * Some bytes arrived.
     *
     * @param bytes       on the wire, compressed or not
     * @param waitedNanos for how long the reading task had nothing to do but to wait for them; 0 if they were there
     */
    void arrived(long bytes, long waitedNanos);
}
