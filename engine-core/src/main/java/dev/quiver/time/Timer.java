package dev.quiver.time;

import java.time.Duration;

/**
 * Posts an event later. A timer never runs code of its own: what it was given is handed to the loop that owns the
 * timer, and handled there like any other event.
 *
 * @param <E> the events of the loop
 */
public interface Timer<E> {
    /**
     * Posts {@code event} once, after {@code delay}.
     *
     * @return a handle that takes it back
     */
    Scheduled postAfter(Duration delay, E event);

    /** A posting that is still to come. */
    interface Scheduled {
        /** Takes the posting back. Harmless when it has already happened. */
        void cancel();
    }
}
