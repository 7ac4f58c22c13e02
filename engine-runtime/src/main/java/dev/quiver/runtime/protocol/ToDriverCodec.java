package dev.quiver.runtime.protocol;

import dev.quiver.block.BlockUpdate;
import dev.quiver.id.StageAttempt;
import dev.quiver.task.TaskEnd;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** How {@link ToDriver} messages are written between processes. */
public final class ToDriverCodec {
    private ToDriverCodec() {}

    /** The type number under which the message is sent. */
    public static int type(ToDriver message) {
        if (message instanceof ToDriver.Report) {
            return MessageType.REPORT;
        }
        if (message instanceof ToDriver.Leaving) {
            return MessageType.LEAVING;
        } else if (message instanceof ToDriver.OutputsTaken) {
            return MessageType.OUTPUTS_TAKEN;
        }
        return message instanceof ToDriver.Ready ? MessageType.READY : MessageType.HEARTBEAT;
    }

    /** The body of the message. */
    public static ByteBuffer encode(ToDriver message) {
        WireOutput out = new WireOutput();
        if (message instanceof ToDriver.Report report) {
            out.writeCount(report.ends().size());
            for (ToDriver.StageEnds stage : report.ends()) {
                Identities.write(out, stage.stage());
                out.writeCount(stage.ends().size());
                stage.ends().forEach(end -> OutcomeCodec.write(out, end));
            }
            out.writeCount(report.blocks().size());
            for (BlockUpdate update : report.blocks()) {
                Identities.write(out, update.block());
                out.writeCount(update.level().number()).writeBoolean(update.isNew());
                writeSize(out, update.memoryBytes());
                writeSize(out, update.diskBytes());
            }
        } else if (message instanceof ToDriver.Heartbeat heartbeat) {
            out.writeCount(heartbeat.runningTasks()).writeCount(heartbeat.queuedTasks());
            out.writeVarLong(heartbeat.heapUsed()).writeVarLong(heartbeat.heapMax());
            out.writeVarLong(heartbeat.gcMillis());
            LedgerCodec.write(out, heartbeat.memory());
        } else if (message instanceof ToDriver.Leaving leaving) {
            out.writeText(leaving.reason());
        } else if (message instanceof ToDriver.OutputsTaken taken) {
            out.writeVarLong(taken.number()).writeText(taken.problem());
        }
        return out.toByteBuffer();
    }

    /**
     * Reads a message.
     *
     * @throws MalformedMessage if the bytes are not a message of that type
     */
    public static ToDriver decode(int type, ByteBuffer body) {
        WireInput in = new WireInput(body);
        ToDriver message = switch (type) {
            case MessageType.REPORT -> readReport(in);
            case MessageType.READY -> new ToDriver.Ready();
            case MessageType.HEARTBEAT ->
                new ToDriver.Heartbeat(
                        in.readCount(),
                        in.readCount(),
                        in.readVarLong(),
                        in.readVarLong(),
                        in.readVarLong(),
                        LedgerCodec.read(in));
            case MessageType.LEAVING -> new ToDriver.Leaving(in.readText());
            case MessageType.OUTPUTS_TAKEN -> new ToDriver.OutputsTaken(in.readVarLong(), in.readText());
            default -> throw new MalformedMessage("an executor tells nothing of type " + type);
        };
        in.requireEnd();
        return message;
    }

    private static ToDriver.Report readReport(WireInput in) {
        int stages = in.readElementCount(3);
        List<ToDriver.StageEnds> ends = new ArrayList<>(stages);
        for (int stage = 0; stage < stages; stage++) {
            StageAttempt attempt = Identities.readStage(in);
            int tasks = in.readElementCount(OutcomeCodec.MINIMUM_BYTES);
            List<TaskEnd> stageEnds = new ArrayList<>(tasks);
            for (int task = 0; task < tasks; task++) {
                stageEnds.add(OutcomeCodec.read(in));
            }
            ends.add(new ToDriver.StageEnds(attempt, stageEnds));
        }
        int updates = in.readElementCount(6);
        List<BlockUpdate> blocks = new ArrayList<>(updates);
        for (int update = 0; update < updates; update++) {
            blocks.add(new BlockUpdate(
                    Identities.readBlock(in), Identities.readLevel(in), in.readBoolean(), readSize(in), readSize(in)));
        }
        return new ToDriver.Report(ends, blocks);
    }

    private static void writeSize(WireOutput out, OptionalLong bytes) {
        out.writeBoolean(bytes.isPresent());
        bytes.ifPresent(out::writeVarLong);
    }

    private static OptionalLong readSize(WireInput in) {
        return in.readBoolean() ? OptionalLong.of(in.readVarLong()) : OptionalLong.empty();
    }
}
