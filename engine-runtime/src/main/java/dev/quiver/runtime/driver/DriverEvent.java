package dev.quiver.runtime.driver;

import dev.quiver.StageWait;
import dev.quiver.block.DatasetBlocks;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Anything that can happen to the driver. Posted from any thread, handled on its loop. */
public sealed interface DriverEvent {
    /** Something for the scheduler. */
    record ForScheduler(SchedulerEvent event) implements DriverEvent {}

    /** An executor proved who it is and takes tasks. */
    record ExecutorRegistered(ExecutorId executor, String host, int slots, ExecutorLink link) implements DriverEvent {}

    /** An executor told something. */
    record ExecutorTold(ExecutorId executor, ToDriver message) implements DriverEvent {}

    /** The connection to an executor is gone. Its process may still have something to say about why. */
    record ExecutorDisconnected(ExecutorId executor, String reason) implements DriverEvent {}

    /** The grace after a disconnection is over: the executor is lost, whatever its process does. */
    record DisconnectionDue(ExecutorId executor, String reason) implements DriverEvent {}

    /** The process of an executor ended, registered or not. */
    record ExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) implements DriverEvent {}

    /** Time to look for executors that fell silent. */
    record LivenessDue() implements DriverEvent {}

    /** An executor looks for a block. */
    record BlockSought(ExecutorId reader, BlockId block, Consumer<List<ExecutorId>> reply) implements DriverEvent {}

    /** No dataset can read this shuffle any more. */
    record ShuffleUnreachable(ShuffleId shuffle) implements DriverEvent {}

    /** The cached partitions of a dataset are no longer wanted. */
    record DatasetUnpersisted(DatasetId dataset) implements DriverEvent {}

    /** Executors are to drop their copies of a broadcast value. */
    record BroadcastDropped(BroadcastId broadcast) implements DriverEvent {}

    /** A result was fetched from the executor that kept it. */
    record ResultFetched(ExecutorId executor, BlockId block) implements DriverEvent {}

    /** Somebody wants to know what all tasks so far have cost. */
    record MetricsAsked(Consumer<TaskMetrics> reply) implements DriverEvent {}

    /** Somebody asks who holds the memory of executors; told on the loop. */
    record MemoryWanted(Consumer<Map<String, MemoryLedger>> reply) implements DriverEvent {}

    /** Somebody asks what stages and tasks wait for; told on the loop. */
    record WaitsWanted(Consumer<List<StageWait>> reply) implements DriverEvent {}

    /** Somebody asks for the names of the executors there are. */
    record ExecutorsWanted(Consumer<List<String>> reply) implements DriverEvent {}

    /** An executor is to leave; told whether there is one of this name that can. */
    record DepartureWanted(String name, String reason, Consumer<Boolean> reply) implements DriverEvent {}

    /** Somebody asks what is kept of datasets; told on the loop. */
    record StorageWanted(Consumer<Map<DatasetId, DatasetBlocks>> reply) implements DriverEvent {}

    /** The session ends. {@code done} runs on the loop when executors were told. */
    record Closing(String reason, Runnable done) implements DriverEvent {}
}
