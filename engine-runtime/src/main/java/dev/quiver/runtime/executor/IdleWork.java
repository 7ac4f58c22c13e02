package dev.quiver.runtime.executor;

/**
 * What a slot looks after in the moment before it goes to sleep: in one process, the driver's loop. Safe for use by many
 * threads.
 */
public interface IdleWork {
    /** This thread will look, again and again, until it says {@link #end}. */
    void begin();

    /** Does what there is to do, and returns soon when there is nothing. */
    void look();

    /** This thread looks no more. */
    void end();
}
