package dev.quiver.runtime.driver;

import dev.quiver.block.Replication;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.port.DataMover;
import dev.quiver.scheduler.port.OutputMove;

/** Has executors take over what others hold before they leave. Belongs to the driver's loop. */
record DataMoves(Executors executors, Replication replication) implements DataMover {
    @Override
    public void take(OutputMove move) {
        executors.send(
                move.to(),
                new ToExecutor.TakeOutputs(
                        move.number(), move.shuffle(), move.reduceCount(), move.from(), move.versions()));
    }

    @Override
    public void copyCached(ExecutorId leaving) {
        replication.executorLeaving(leaving);
    }

    @Override
    public boolean isSpared(ExecutorId leaving) {
        return replication.isSpared(leaving);
    }
}
