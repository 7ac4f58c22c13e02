package dev.quiver.shuffle.storage;

import dev.quiver.task.MapVersion;
import java.io.IOException;

/** A committed map output is there and cannot be read, whichever of its reduce partitions is wanted. */
public final class MapOutputUnreadable extends IOException {
    private static final long serialVersionUID = 1;

    private final int mapPartition;

    MapOutputUnreadable(MapVersion version, String why, Throwable cause) {
        super("the index of map output " + version + " cannot be read: " + why, cause);
        this.mapPartition = version.mapPartition();
    }

    public int mapPartition() {
        return mapPartition;
    }
}
