package dev.quiver.runtime.executor;

import dev.quiver.StorageLevel;
import dev.quiver.block.TaskBlocks;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.exec.task.CheckpointWriter;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.id.BlockId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.shuffle.checkpoint.CheckpointFiles;
import dev.quiver.shuffle.spill.SpillFolder;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.stage.MapRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What one task attempt needs from its executor. Belongs to the task's thread; whatever the task left open is closed with
 * it.
 */
final class TaskData implements TaskServices, AutoCloseable {
    private static final long COMMIT_SECONDS = 60;

    private final RunningTask task;
    private final TaskCounters counters;
    private final TaskBlocks blocks;
    private final ShuffleStorage shuffles;
    private final LocatedShuffles sources;
    private final SpillFolder spills;
    private final CheckpointFiles checkpoints;
    private final TaskMemory memory;
    private final DriverLink driver;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private boolean succeeded;

    TaskData(
            RunningTask task,
            TaskCounters counters,
            TaskBlocks blocks,
            ShuffleStorage shuffles,
            LocatedShuffles sources,
            SpillFolder spills,
            CheckpointFiles checkpoints,
            TaskMemory memory,
            DriverLink driver) {
        this.task = task;
        this.counters = counters;
        this.blocks = blocks;
        this.shuffles = shuffles;
        this.sources = sources;
        this.spills = spills;
        this.checkpoints = checkpoints;
        this.memory = memory;
        this.driver = driver;
    }

    @Override
    public TaskAttempt attempt() {
        return task.attempt();
    }

    @Override
    public boolean isKilled() {
        return task.isKilled();
    }

    @Override
    public BatchSource readShuffle(ShuffleId shuffle, int mapCount, int reducePartition, MapRange maps)
            throws Exception {
        return opened(sources.open(task, shuffle, mapCount, reducePartition, maps, counters));
    }

    @Override
    public MapOutputWriter writeShuffle(ShuffleId shuffle, int reduceCount) {
        return opened(shuffles.writer(task.attempt(), shuffle, reduceCount, counters));
    }

    @Override
    public Optional<BatchSource> readBlock(BlockId block) throws Exception {
        Optional<BatchSource> source = blocks.read(block);
        source.ifPresent(this::opened);
        return source;
    }

    @Override
    public BlockWriter writeBlock(BlockId block, StorageLevel level) {
        return opened(blocks.writer(block, level));
    }

    @Override
    public boolean requestCommit() throws Exception {
        return driver.ask(new DriverQuery.RequestCommit(task.attempt())).get(COMMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public OperatorMemory memory(String operator) {
        return memory.open(operator);
    }

    @Override
    public void giveWay() {
        memory.giveWay();
    }

    @Override
    public SpillFile spill(String operator) {
        return opened(spills.open(task.attempt(), operator, counters));
    }

    @Override
    public BatchSource readCheckpoint(String folder, List<CheckpointFile> files) {
        return opened(checkpoints.read(folder, files));
    }

    @Override
    public CheckpointWriter writeCheckpoint(String folder) {
        return opened(checkpoints.writer(task.attempt(), folder));
    }

    @Override
    public TaskCounters counters() {
        return counters;
    }

    private <R extends AutoCloseable> R opened(R resource) {
        opened.add(resource);
        return resource;
    }

    /** From its end on, what the task stored is there for others. */
    void succeeded() {
        succeeded = true;
    }

    /** Closing what the task closed already is harmless. */
    @Override
    public void close() throws Exception {
        Exception first = null;
        memory.count(counters);
        for (int index = opened.size() - 1; index >= 0; index--) {
            try {
                opened.get(index).close();
            } catch (Exception failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (succeeded && first == null) {
            blocks.publish();
        }
        blocks.close();
        try {
            memory.close();
        } catch (IllegalStateException leak) {
            first = first == null ? leak : first;
        }
        if (first != null) {
            throw first;
        }
    }
}
