package dev.quiver.runtime.protocol;

import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;

/** How identities stand in messages. */
final class Identities {
    private Identities() {}

    static void write(WireOutput out, StageAttempt stage) {
        out.writeCount(stage.stage().value()).writeCount(stage.epoch());
    }

    static StageAttempt readStage(WireInput in) {
        return new StageAttempt(new StageId(in.readCount()), in.readCount());
    }

    static void write(WireOutput out, TaskAttempt task) {
        write(out, task.stage());
        out.writeCount(task.partition()).writeCount(task.attempt());
    }

    static TaskAttempt readTask(WireInput in) {
        return new TaskAttempt(readStage(in), in.readCount(), in.readCount());
    }

    static void write(WireOutput out, ExecutorId executor) {
        out.writeText(executor.name()).writeCount(executor.incarnation());
    }

    static ExecutorId readExecutor(WireInput in) {
        return new ExecutorId(in.readText(), in.readCount());
    }

    static void write(WireOutput out, HostPort address) {
        out.writeText(address.host()).writeCount(address.port());
    }

    static HostPort readAddress(WireInput in) {
        String host = in.readText();
        int port = in.readCount();
        if (port > 65_535) {
            throw new MalformedMessage("a port is " + port);
        }
        return new HostPort(host, port);
    }

    static void write(WireOutput out, BlockId block) {
        if (block instanceof BlockId.CachedPartition cached) {
            out.writeByte(0).writeCount(cached.dataset().value()).writeCount(cached.partition());
        } else if (block instanceof BlockId.BroadcastChunk chunk) {
            out.writeByte(1).writeVarLong(chunk.broadcast().value()).writeCount(chunk.chunk());
        } else if (block instanceof BlockId.TaskResult result) {
            out.writeByte(2);
            write(out, result.task());
        } else if (block instanceof BlockId.CollectionSlice slice) {
            out.writeByte(3).writeCount(slice.dataset().value()).writeCount(slice.partition());
        }
    }

    static BlockId readBlock(WireInput in) {
        int kind = in.readByte();
        return switch (kind) {
            case 0 -> new BlockId.CachedPartition(new DatasetId(in.readCount()), in.readCount());
            case 1 -> new BlockId.BroadcastChunk(new BroadcastId(in.readVarLong()), in.readCount());
            case 2 -> new BlockId.TaskResult(readTask(in));
            case 3 -> new BlockId.CollectionSlice(new DatasetId(in.readCount()), in.readCount());
            default -> throw new MalformedMessage("no kind of block is numbered " + kind);
        };
    }
}
