package dev.quiver.shuffle.storage;

import dev.quiver.shuffle.storage.MapIndex.Chunks;
import dev.quiver.shuffle.storage.MapIndex.Segment;
import dev.quiver.task.MapVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * What one map output has for one reduce partition.
 *
 * @param home     folder of the map output
 * @param segments the files in it, by number
 * @param rows     in all chunks together
 * @param chunks   of the partition
 */
record MapIndexPart(MapVersion version, Path home, List<Segment> segments, long rows, Chunks chunks) {}
