package dev.quiver.runtime.driver;

import dev.quiver.time.Clock;

/** Names applications so that those of one machine never meet. */
public final class Names {
    private Names() {}

    /** A new application id, safe as a file name and in certificates. */
    public static String application(Clock clock) {
        return "app-" + Long.toString(clock.epochMillis(), 36) + "-" + Long.toString(clock.nanoTime() & 0xFFFFFF, 36);
    }
}
