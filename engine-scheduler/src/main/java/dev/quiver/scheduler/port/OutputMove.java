package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapVersion;
import java.util.List;

/**
 * Map outputs that one executor is to take over from another.
 *
 * @param number      tells it from every other move
 * @param reduceCount reduce partitions of the shuffle
 * @param from        holds them, and serves them until it leaves
 * @param versions    by ascending map partition; at least one
 */
public record OutputMove(
        long number, ShuffleId shuffle, int reduceCount, ExecutorId from, ExecutorId to, List<MapVersion> versions) {
    public OutputMove {
        versions = List.copyOf(versions);
    }
}
