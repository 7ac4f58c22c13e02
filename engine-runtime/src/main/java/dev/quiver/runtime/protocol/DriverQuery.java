package dev.quiver.runtime.protocol;

import dev.quiver.block.broadcast.BroadcastGuide;
import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.ChunkAdvice;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.task.BarrierAnswer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an executor asks its driver.
 *
 * @param <A> type of the answer
 */
public sealed interface DriverQuery<A> {
    /**
     * The first thing an executor says.
     *
     * @param name        the name it was started under
     * @param incarnation which process of that name it is
     * @param slots       tasks it runs at once
     * @param dataAddress where other executors fetch its blocks
     * @param processId   for messages about it
     */
    record Register(String name, int incarnation, int slots, HostPort dataAddress, long processId)
            implements DriverQuery<Registered> {}

    /**
     * The driver's welcome.
     *
     * @param config        the settings of the session
     * @param artifacts     application jars in class path order
     * @param driverAddress where blocks of the driver are fetched
     */
    record Registered(Map<String, String> config, List<Artifact> artifacts, HostPort driverAddress) {
        public Registered {
            config = Map.copyOf(config);
            artifacts = List.copyOf(artifacts);
        }
    }

    /** A file of the application, fetched from the driver by its content hash. */
    record Artifact(ContentHash id, String fileName, long sizeBytes) {}

    /** Where the map outputs of a shuffle are; answered with encoded shuffle locations. */
    record LocateShuffle(ShuffleId shuffle) implements DriverQuery<byte[]> {}

    /** Who holds a block. */
    record LocateBlock(BlockId block) implements DriverQuery<List<ExecutorId>> {}

    /** Where an executor's blocks are fetched; empty when it is gone. */
    record LocateExecutor(ExecutorId executor) implements DriverQuery<List<HostPort>> {}

    /** What a broadcast value is made of. */
    record DescribeBroadcast(BroadcastId broadcast) implements DriverQuery<BroadcastDescription> {}

    /**
     * A broadcast value.
     *
     * @param manifest empty when there is no such value any more
     * @param gone     why, as a whole sentence
     */
    record BroadcastDescription(Optional<BroadcastManifest> manifest, String gone) {}

    /** Here are chunks of a broadcast value for others to fetch; which one shall I fetch next? */
    record NextChunk(BroadcastId broadcast, BitSet held, Optional<BroadcastGuide.Missed> missed)
            implements DriverQuery<ChunkAdvice> {
        public NextChunk {
            held = (BitSet) held.clone();
        }
    }

    /**
     * A task of a barrier stage waits for the others. Asked again when no answer came in time.
     *
     * @param round   how often it has met them before; negative to ask at once who they are
     * @param call    what all must call
     * @param message what it brings along
     */
    record MeetAtBarrier(TaskAttempt task, int round, String call, String message)
            implements DriverQuery<BarrierAnswer> {}

    /** May this attempt publish its output? */
    record RequestCommit(TaskAttempt task) implements DriverQuery<Boolean> {}
}
