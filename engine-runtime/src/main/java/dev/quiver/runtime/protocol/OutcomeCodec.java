package dev.quiver.runtime.protocol;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.util.Map;
import java.util.TreeMap;

/** How ended tasks stand in a report. */
final class OutcomeCodec {
    private static final int WROTE = 0;
    private static final int RETURNED = 1;
    private static final int STORED = 2;
    private static final int FETCH_FAILED = 3;
    private static final int KILLED = 4;
    private static final int COMMIT_DENIED = 5;
    private static final int EXECUTOR_GONE = 6;
    private static final int THREW = 7;
    private static final int OUT_OF_MEMORY = 8;
    private static final int ENVIRONMENT = 9;

    /** Least bytes an ended task takes: partition, attempt, kind, and the flag of absent metrics. */
    static final int MINIMUM_BYTES = 4;

    private OutcomeCodec() {}

    static void write(WireOutput out, TaskEnd end) {
        out.writeCount(end.partition()).writeCount(end.attempt());
        TaskMetrics metrics = end.metrics();
        out.writeBoolean(metrics != TaskMetrics.ZERO);
        if (metrics != TaskMetrics.ZERO) {
            out.writeVarLong(metrics.runNanos())
                    .writeVarLong(metrics.inputRows())
                    .writeVarLong(metrics.inputBytes())
                    .writeVarLong(metrics.shuffleReadBytes())
                    .writeVarLong(metrics.shuffleReadRows())
                    .writeVarLong(metrics.shuffleWriteBytes())
                    .writeVarLong(metrics.shuffleWriteRows())
                    .writeVarLong(metrics.spilledBytes())
                    .writeVarLong(metrics.fetchRequests())
                    .writeVarLong(metrics.fetchedAhead())
                    .writeVarLong(metrics.peakMemoryBytes())
                    .writeVarLong(metrics.peakOffHeapBytes());
            out.writeCount(metrics.peaksByOperator().size());
            metrics.peaksByOperator()
                    .forEach((operator, bytes) -> out.writeText(operator).writeVarLong(bytes));
        }
        write(out, end.outcome());
    }

    static TaskEnd read(WireInput in) {
        int partition = in.readCount();
        int attempt = in.readCount();
        TaskMetrics metrics = TaskMetrics.ZERO;
        if (in.readBoolean()) {
            metrics = new TaskMetrics(
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    readPeaks(in));
        }
        return new TaskEnd(partition, attempt, readOutcome(in), metrics);
    }

    private static Map<String, Long> readPeaks(WireInput in) {
        int operators = in.readElementCount(2);
        Map<String, Long> peaks = new TreeMap<>();
        for (int operator = 0; operator < operators; operator++) {
            peaks.put(in.readText(), in.readVarLong());
        }
        return peaks;
    }

    private static void write(WireOutput out, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.Wrote wrote) {
            MapOutput output = wrote.output();
            out.writeByte(WROTE).writeCount(output.shuffle().value()).writeCount(output.mapPartition());
            out.writeCount(output.epoch()).writeCount(output.attempt()).writeVarLong(output.rows());
            out.writeLong(output.content()).writeBytes(output.sizes());
            write(out, wrote.accumulators());
        } else if (outcome instanceof TaskOutcome.Returned returned) {
            out.writeByte(RETURNED).writeBytes(returned.value());
            write(out, returned.accumulators());
        } else if (outcome instanceof TaskOutcome.Stored stored) {
            out.writeByte(STORED);
            Identities.write(out, stored.block());
            Identities.write(out, stored.holder());
            out.writeVarLong(stored.sizeBytes());
            write(out, stored.accumulators());
        } else if (outcome instanceof TaskOutcome.FetchFailed failed) {
            out.writeByte(FETCH_FAILED).writeCount(failed.shuffle().value()).writeVarLong(failed.mapPartition() + 1L);
            out.writeBoolean(failed.holder() != null);
            if (failed.holder() != null) {
                Identities.write(out, failed.holder());
            }
            out.writeText(failed.message());
        } else if (outcome instanceof TaskOutcome.Killed killed) {
            out.writeByte(KILLED).writeText(killed.message());
        } else if (outcome instanceof TaskOutcome.CommitDenied denied) {
            out.writeByte(COMMIT_DENIED).writeText(denied.message());
        } else if (outcome instanceof TaskOutcome.ExecutorGone gone) {
            out.writeByte(EXECUTOR_GONE).writeText(gone.message()).writeBoolean(gone.causedByTask());
        } else if (outcome instanceof TaskOutcome.Threw threw) {
            out.writeByte(THREW).writeText(threw.exception()).writeText(threw.message());
            out.writeText(threw.userLine()).writeText(threw.trace()).writeBoolean(threw.retry());
        } else if (outcome instanceof TaskOutcome.OutOfMemory memory) {
            out.writeByte(OUT_OF_MEMORY).writeText(memory.message());
        } else if (outcome instanceof TaskOutcome.Environment environment) {
            out.writeByte(ENVIRONMENT).writeText(environment.message()).writeText(environment.trace());
        }
    }

    private static TaskOutcome readOutcome(WireInput in) {
        int kind = in.readByte();
        return switch (kind) {
            case WROTE ->
                new TaskOutcome.Wrote(
                        new MapOutput(
                                new ShuffleId(in.readCount()),
                                in.readCount(),
                                in.readCount(),
                                in.readCount(),
                                in.readVarLong(),
                                in.readLong(),
                                in.readBytes()),
                        readAccumulators(in));
            case RETURNED -> new TaskOutcome.Returned(in.readBytes(), readAccumulators(in));
            case STORED ->
                new TaskOutcome.Stored(
                        Identities.readBlock(in), Identities.readExecutor(in), in.readVarLong(), readAccumulators(in));
            case FETCH_FAILED -> {
                ShuffleId shuffle = new ShuffleId(in.readCount());
                int mapPartition = in.readCount() - 1;
                ExecutorId holder = in.readBoolean() ? Identities.readExecutor(in) : null;
                yield new TaskOutcome.FetchFailed(shuffle, mapPartition, holder, in.readText());
            }
            case KILLED -> new TaskOutcome.Killed(in.readText());
            case COMMIT_DENIED -> new TaskOutcome.CommitDenied(in.readText());
            case EXECUTOR_GONE -> new TaskOutcome.ExecutorGone(in.readText(), in.readBoolean());
            case THREW ->
                new TaskOutcome.Threw(in.readText(), in.readText(), in.readText(), in.readText(), in.readBoolean());
            case OUT_OF_MEMORY -> new TaskOutcome.OutOfMemory(in.readText());
            case ENVIRONMENT -> new TaskOutcome.Environment(in.readText(), in.readText());
            default -> throw new MalformedMessage("no outcome is numbered " + kind);
        };
    }

    private static void write(WireOutput out, Map<Long, byte[]> accumulators) {
        out.writeCount(accumulators.size());
        accumulators.forEach((id, delta) -> out.writeVarLong(id).writeBytes(delta));
    }

    private static Map<Long, byte[]> readAccumulators(WireInput in) {
        int count = in.readElementCount(2);
        if (count == 0) {
            return Map.of();
        }
        Map<Long, byte[]> accumulators = new TreeMap<>();
        for (int index = 0; index < count; index++) {
            accumulators.put(in.readVarLong(), in.readBytes());
        }
        return accumulators;
    }
}
