package dev.quiver.runtime.protocol;

import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapVersion;
import dev.quiver.task.TaskRange;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How {@link ToExecutor} messages are written between processes. */
public final class ToExecutorCodec {
    private ToExecutorCodec() {}

    /** The type number under which the message is sent. */
    public static int type(ToExecutor message) {
        if (message instanceof ToExecutor.InstallProgram) {
            return MessageType.INSTALL_PROGRAM;
        } else if (message instanceof ToExecutor.ForgetProgram) {
            return MessageType.FORGET_PROGRAM;
        } else if (message instanceof ToExecutor.LaunchTasks) {
            return MessageType.LAUNCH_TASKS;
        } else if (message instanceof ToExecutor.CancelStage) {
            return MessageType.CANCEL_STAGE;
        } else if (message instanceof ToExecutor.CancelTask) {
            return MessageType.CANCEL_TASK;
        } else if (message instanceof ToExecutor.RemoveShuffle) {
            return MessageType.REMOVE_SHUFFLE;
        } else if (message instanceof ToExecutor.RemoveDataset) {
            return MessageType.REMOVE_DATASET;
        } else if (message instanceof ToExecutor.RemoveBroadcast) {
            return MessageType.REMOVE_BROADCAST;
        } else if (message instanceof ToExecutor.RemoveBlock) {
            return MessageType.REMOVE_BLOCK;
        } else if (message instanceof ToExecutor.CopyBlock) {
            return MessageType.COPY_BLOCK;
        } else if (message instanceof ToExecutor.TakeOutputs) {
            return MessageType.TAKE_OUTPUTS;
        } else if (message instanceof ToExecutor.ForgetLocations) {
            return MessageType.FORGET_LOCATIONS;
        } else if (message instanceof ToExecutor.Leave) {
            return MessageType.LEAVE;
        }
        if (message instanceof ToExecutor.SharePlan) {
            throw new IllegalArgumentException("a plan cannot be shared with another process");
        }
        return MessageType.SHUTDOWN;
    }

    /** The body of the message. */
    public static ByteBuffer encode(ToExecutor message) {
        WireOutput out = new WireOutput();
        if (message instanceof ToExecutor.InstallProgram install) {
            out = new WireOutput(install.content().length + 80);
            out.writeVarLong(install.program().number()).writeBytes(install.content());
        } else if (message instanceof ToExecutor.ForgetProgram forget) {
            out.writeVarLong(forget.program().number());
        } else if (message instanceof ToExecutor.LaunchTasks launch) {
            Identities.write(out, launch.stage());
            out.writeVarLong(launch.program().number());
            LayoutCodec.write(out, launch.layout());
            out.writeCount(launch.tasks().size());
            for (TaskRange range : launch.tasks()) {
                out.writeCount(range.first()).writeCount(range.size()).writeCount(range.attempt());
            }
        } else if (message instanceof ToExecutor.CancelStage cancel) {
            Identities.write(out, cancel.stage());
            out.writeText(cancel.reason()).writeBoolean(cancel.interrupt());
        } else if (message instanceof ToExecutor.CancelTask cancel) {
            Identities.write(out, cancel.task());
            out.writeText(cancel.reason());
        } else if (message instanceof ToExecutor.RemoveShuffle remove) {
            out.writeCount(remove.shuffle().value());
        } else if (message instanceof ToExecutor.RemoveDataset remove) {
            out.writeCount(remove.dataset().value());
        } else if (message instanceof ToExecutor.RemoveBroadcast remove) {
            out.writeVarLong(remove.broadcast().value());
        } else if (message instanceof ToExecutor.RemoveBlock remove) {
            Identities.write(out, remove.block());
        } else if (message instanceof ToExecutor.CopyBlock copy) {
            Identities.write(out, copy.block());
            out.writeCount(copy.level().number());
        } else if (message instanceof ToExecutor.TakeOutputs take) {
            out.writeVarLong(take.number()).writeVarLong(take.shuffle().value()).writeVarLong(take.reduceCount());
            Identities.write(out, take.from());
            out.writeCount(take.versions().size());
            for (MapVersion version : take.versions()) {
                out.writeCount(version.mapPartition())
                        .writeCount(version.epoch())
                        .writeCount(version.attempt());
            }
        } else if (message instanceof ToExecutor.ForgetLocations forget) {
            out.writeCount(forget.shuffle().value());
        } else if (message instanceof ToExecutor.Leave leave) {
            out.writeText(leave.reason());
        } else if (message instanceof ToExecutor.Shutdown shutdown) {
            out.writeText(shutdown.reason());
        }
        return out.toByteBuffer();
    }

    /**
     * Reads a message.
     *
     * @throws MalformedMessage if the bytes are not a message of that type
     */
    public static ToExecutor decode(int type, ByteBuffer body) {
        WireInput in = new WireInput(body);
        ToExecutor message = switch (type) {
            case MessageType.INSTALL_PROGRAM ->
                new ToExecutor.InstallProgram(new ProgramId(in.readVarLong()), in.readBytes());
            case MessageType.FORGET_PROGRAM -> new ToExecutor.ForgetProgram(new ProgramId(in.readVarLong()));
            case MessageType.LAUNCH_TASKS -> readLaunch(in);
            case MessageType.CANCEL_STAGE ->
                new ToExecutor.CancelStage(Identities.readStage(in), in.readText(), in.readBoolean());
            case MessageType.CANCEL_TASK -> new ToExecutor.CancelTask(Identities.readTask(in), in.readText());
            case MessageType.REMOVE_SHUFFLE -> new ToExecutor.RemoveShuffle(new ShuffleId(in.readCount()));
            case MessageType.REMOVE_DATASET -> new ToExecutor.RemoveDataset(new DatasetId(in.readCount()));
            case MessageType.REMOVE_BROADCAST -> new ToExecutor.RemoveBroadcast(new BroadcastId(in.readVarLong()));
            case MessageType.REMOVE_BLOCK -> new ToExecutor.RemoveBlock(Identities.readBlock(in));
            case MessageType.COPY_BLOCK -> new ToExecutor.CopyBlock(Identities.readBlock(in), Identities.readLevel(in));
            case MessageType.TAKE_OUTPUTS -> readTake(in);
            case MessageType.FORGET_LOCATIONS -> new ToExecutor.ForgetLocations(new ShuffleId(in.readCount()));
            case MessageType.LEAVE -> new ToExecutor.Leave(in.readText());
            case MessageType.SHUTDOWN -> new ToExecutor.Shutdown(in.readText());
            default -> throw new MalformedMessage("a driver tells nothing of type " + type);
        };
        in.requireEnd();
        return message;
    }

    private static ToExecutor.TakeOutputs readTake(WireInput in) {
        long number = in.readVarLong();
        ShuffleId shuffle = new ShuffleId(in.readCount());
        int reduceCount = in.readCount();
        ExecutorId from = Identities.readExecutor(in);
        int count = in.readElementCount(3);
        List<MapVersion> versions = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            versions.add(new MapVersion(in.readCount(), in.readCount(), in.readCount()));
        }
        return new ToExecutor.TakeOutputs(number, shuffle, reduceCount, from, versions);
    }

    private static ToExecutor.LaunchTasks readLaunch(WireInput in) {
        StageAttempt stage = Identities.readStage(in);
        ProgramId program = new ProgramId(in.readVarLong());
        TaskLayout layout = LayoutCodec.read(in);
        int count = in.readElementCount(3);
        List<TaskRange> ranges = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int first = in.readCount();
            int size = in.readCount();
            if (size == 0 || first > Integer.MAX_VALUE - size) {
                throw new MalformedMessage("a range of " + size + " tasks starts at " + first);
            }
            ranges.add(new TaskRange(first, first + size, in.readCount()));
        }
        return new ToExecutor.LaunchTasks(stage, program, layout, ranges);
    }
}
