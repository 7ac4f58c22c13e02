package dev.quiver.time;

/** The only source of time. Production reads the machine's monotonic clock; tests and the simulator move it by hand. */
public interface Clock {
    /** Nanoseconds since an arbitrary origin; never goes back. */
    long nanoTime();

    /** Milliseconds since 1970, for display only: it may jump. */
    long epochMillis();

    /** The machine's clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
