package dev.quiver.shuffle.reader;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.tracker.ShuffleLocations;

/** Knows where map outputs are: the tracker itself in the driver's process, a question to the driver elsewhere. */
public interface LocationsSource {
    /** The newest locations. May wait for the driver; called on task threads. Safe for many threads. */
    ShuffleLocations locations(ShuffleId shuffle) throws Exception;
}
