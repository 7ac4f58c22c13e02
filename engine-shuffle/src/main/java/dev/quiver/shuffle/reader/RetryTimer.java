package dev.quiver.shuffle.reader;

import java.time.Duration;

/** Wakes a reader later: the port to time. Virtual in tests. Safe for many threads. */
public interface RetryTimer {
    /**
     * Calls {@code wake} once after the delay, on any thread. It only adds to a queue, and does not block or throw.
     *
     * @return takes the call back; harmless when it has happened
     */
    Runnable after(Duration delay, Runnable wake);
}
