package dev.quiver.scheduler.port;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageId;
import java.util.List;

/**
 * A map partition that was computed again and came out with other rows.
 *
 * @param shuffle      the shuffle it belongs to
 * @param mapPartition the map partition
 * @param writer       the stage that computed it
 * @param before       content checksum of the version before
 * @param after        content checksum of the version that is there now
 * @param startedOver  stages that had read the old version, and run again in full
 * @param failed       stages whose results from the old version are out of the engine's hands, so that their jobs fail
 */
public record ContentChange(
        ShuffleId shuffle,
        int mapPartition,
        StageId writer,
        long before,
        long after,
        List<StageId> startedOver,
        List<StageId> failed) {
    public ContentChange {
        startedOver = List.copyOf(startedOver);
        failed = List.copyOf(failed);
    }
}
