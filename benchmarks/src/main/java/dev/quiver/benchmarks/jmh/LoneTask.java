package dev.quiver.benchmarks.jmh;

import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.id.BlockId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.MapRange;
import java.util.Optional;

/** The executor around a task that reads and writes nothing. */
class LoneTask implements TaskServices {
    private final TaskAttempt attempt = new TaskAttempt(new StageAttempt(new StageId(0), 0), 0, 0);
    private final TaskCounters counters = new TaskCounters();

    @Override
    public TaskAttempt attempt() {
        return attempt;
    }

    @Override
    public boolean isKilled() {
        return false;
    }

    @Override
    public BatchSource readShuffle(ShuffleId shuffle, int mapCount, int reducePartition, MapRange maps) {
        throw new UnsupportedOperationException("this task reads no shuffle");
    }

    @Override
    public MapOutputWriter writeShuffle(ShuffleId shuffle, int reduceCount) {
        throw new UnsupportedOperationException("this task writes no shuffle");
    }

    @Override
    public Optional<BatchSource> readBlock(BlockId block) {
        return Optional.empty();
    }

    @Override
    public BlockWriter writeBlock(BlockId block, StorageLevel level) {
        throw new UnsupportedOperationException("this task writes no block");
    }

    @Override
    public boolean requestCommit() {
        return false;
    }

    @Override
    public OperatorMemory memory(String operator) {
        throw new UnsupportedOperationException("this task keeps no rows");
    }

    @Override
    public SpillFile spill(String operator) {
        throw new UnsupportedOperationException("this task spills nothing");
    }

    @Override
    public TaskCounters counters() {
        return counters;
    }
}
